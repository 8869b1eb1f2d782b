package spec

import "github.com/goccy/go-yaml/ast"

// anchors finds what each alias of a document means: the last anchor of that
// name before it. An anchor counts only behind its own value, so that nothing
// can hold itself.
func (r *reader) anchors(n ast.Node, known map[string]ast.Node) {
	switch n := n.(type) {
	case *ast.AnchorNode:
		r.anchors(n.Value, known)
		known[n.Name.GetToken().Value] = n.Value
	case *ast.AliasNode:
		r.targets[n] = known[n.Value.GetToken().Value]
	case *ast.TagNode:
		r.anchors(n.Value, known)
	case *ast.SequenceNode:
		for _, item := range n.Values {
			r.anchors(item, known)
		}
	case ast.MapNode:
		for it := n.MapRange(); it.Next(); {
			r.anchors(it.Key(), known)
			r.anchors(it.Value(), known)
		}
	}
}

// resolve follows anchors and aliases to the node that is meant. It has
// complained when there is none.
func (r *reader) resolve(n ast.Node) ast.Node {
	for {
		switch node := n.(type) {
		case *ast.AnchorNode:
			n = node.Value
		case *ast.AliasNode:
			n = r.targets[node]
			if n == nil {
				r.problem(node, "alias *%s: there is no such anchor before it", node.Value.GetToken().Value)
				return nil
			}
		default:
			return n
		}
	}
}
