package wire

import (
	"net/http"
	"strings"
)

// Router finds the handler of a method and path. The standard ServeMux is not
// used because Fleet's router differs where a client can see it: HEAD is not a
// GET, a 405 has no body and no Allow header, and nothing redirects.
type Router struct {
	root     node
	fallback http.Handler
	versions []string
	labels   []string
}

type node struct {
	children map[string]*node
	param    *node
	name     string // of the parameter, in a param node
	methods  map[string]route
}

type route struct {
	handler http.Handler
	label   string
}

// versionSegment stands in a pattern for the version slot of Fleet's API.
const versionSegment = "{v}"

// NewRouter makes a router whose version slot accepts versions; the first one
// names the route in logs. Paths outside it go to fallback.
func NewRouter(fallback http.Handler, versions ...string) *Router {
	return &Router{fallback: fallback, versions: versions}
}

// Handle registers a handler for "METHOD /path/{param}". A segment {v} is the version slot.
func (rt *Router) Handle(pattern string, h http.HandlerFunc) {
	method, path, _ := strings.Cut(pattern, " ")
	label := method + " " + strings.ReplaceAll(path, versionSegment, rt.versions[0])
	rt.labels = append(rt.labels, label)
	nodes := []*node{&rt.root}
	for segment := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		nodes = rt.descend(nodes, segment)
	}
	for _, n := range nodes {
		if n.methods == nil {
			n.methods = map[string]route{}
		}
		n.methods[method] = route{handler: h, label: label}
	}
}

// Labels lists the routes by the names that Route gives them.
func (rt *Router) Labels() []string { return rt.labels }

func (rt *Router) descend(nodes []*node, segment string) []*node {
	var next []*node
	for _, n := range nodes {
		switch {
		case segment == versionSegment:
			for _, v := range rt.versions {
				next = append(next, n.child(v))
			}
		case strings.HasPrefix(segment, "{"):
			if n.param == nil {
				n.param = &node{name: strings.Trim(segment, "{}")}
			}
			next = append(next, n.param)
		default:
			next = append(next, n.child(segment))
		}
	}
	return next
}

func (n *node) child(segment string) *node {
	if n.children == nil {
		n.children = map[string]*node{}
	}
	if n.children[segment] == nil {
		n.children[segment] = &node{}
	}
	return n.children[segment]
}

// Route prepares r for its handler: parameters become path values and
// r.Pattern the label of the route, which holds no token and may be logged.
func (rt *Router) Route(r *http.Request) http.Handler {
	found := rt.find(r)
	if found == nil {
		return rt.fallback
	}
	match, ok := found.methods[r.Method]
	if !ok {
		return http.HandlerFunc(methodNotAllowed)
	}
	r.Pattern = match.label
	return match.handler
}

func (rt *Router) find(r *http.Request) *node {
	n := &rt.root
	rest := strings.TrimPrefix(r.URL.Path, "/")
	for {
		segment, tail, more := strings.Cut(rest, "/")
		child := n.children[segment]
		if child == nil && n.param != nil && segment != "" {
			child = n.param
			r.SetPathValue(child.name, segment)
		}
		if child == nil {
			return nil
		}
		n, rest = child, tail
		if !more {
			break
		}
	}
	if n.methods == nil {
		return nil
	}
	return n
}

func methodNotAllowed(w http.ResponseWriter, _ *http.Request) {
	w.WriteHeader(http.StatusMethodNotAllowed)
}
