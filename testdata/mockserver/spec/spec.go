package spec

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Spec is what a file asks for.
type Spec struct {
	Body   []byte // JSON for PATCH config
	GitOps bool   // send it with overwrite=true

	places map[string]place // of each setting, by its path: "mdm.macos_migration.mode"
}

// Read reads all documents of a file and merges them, later over earlier. name
// is what errors call the file. Either every document is right or nothing comes back.
func Read(name string, raw []byte) (Spec, error) {
	text, err := plain(name, raw)
	if err != nil {
		return Spec{}, err
	}
	documents, err := parse(text)
	if err != nil {
		return Spec{}, syntaxError(name, err)
	}
	if len(documents) == 0 {
		return Spec{}, fmt.Errorf("%s: holds no document: want `kind: config`, or a GitOps file with `controls`", name)
	}
	r := &reader{file: name, places: map[string]place{}, targets: map[*ast.AliasNode]ast.Node{}}
	spec := Spec{places: r.places}
	body := map[string]any{}
	for i, doc := range documents {
		r.anchors(doc, map[string]ast.Node{})
		settings, gitops := r.document(doc)
		if i > 0 && gitops != spec.GitOps {
			r.problem(doc, "the documents of one file have one form: keep `kind: config` and GitOps in files of their own")
		}
		merge(body, settings)
		spec.GitOps = gitops
	}
	if err := r.err(); err != nil {
		return Spec{}, err
	}
	if spec.Body, err = json.Marshal(body); err != nil {
		return Spec{}, fmt.Errorf("reading %s: %w", name, err)
	}
	return spec, nil
}

// parse returns the documents that hold something. Each is parsed by itself: the
// parser of go-yaml 1.19 forgets everything that follows an empty document.
func parse(raw []byte) (bodies []ast.Node, err error) {
	for _, tokens := range split(lexer.Tokenize(string(raw))) {
		file, err := parser.Parse(tokens, 0)
		if err != nil {
			return nil, err
		}
		for _, doc := range file.Docs {
			if doc.Body != nil && doc.Body.Type() != ast.NullType {
				bodies = append(bodies, doc.Body)
			}
		}
	}
	return bodies, nil
}

// split cuts at the lines that begin or end a document. Directives (%YAML), which
// stand before such a line, say nothing that a reader of settings needs.
func split(all token.Tokens) (documents []token.Tokens) {
	var document token.Tokens
	for _, t := range all {
		if t.Type == token.DocumentHeaderType || t.Type == token.DocumentEndType {
			if len(document) > 0 && document[0].Type == token.DirectiveType {
				document = nil
			}
			documents, document = append(documents, document), nil
			continue
		}
		document.Add(t)
	}
	return append(documents, document)
}

// Place says where in the file the setting stands that the server means by
// name, such as "macos_migration.mode"; it is "" when the file doesn't hold it.
func (s Spec) Place(name string) string {
	for path, p := range s.places {
		if path == name || strings.HasSuffix(path, "."+name) {
			return p.String()
		}
	}
	return ""
}

// place is a position in the file, counted from 1.
type place struct {
	file         string
	line, column int
}

func (p place) String() string { return fmt.Sprintf("%s:%d:%d", p.file, p.line, p.column) }

// syntaxError keeps line and column of what the YAML parser could not read.
func syntaxError(name string, err error) error {
	var located interface {
		GetToken() *token.Token
		GetMessage() string
	}
	if errors.As(err, &located) && located.GetToken() != nil {
		at := located.GetToken().Position
		return fmt.Errorf("%s: %s", place{name, at.Line, at.Column}, located.GetMessage())
	}
	return fmt.Errorf("%s: %w", name, err)
}

func merge(into, from map[string]any) {
	for key, value := range from {
		a, aok := into[key].(map[string]any)
		b, bok := value.(map[string]any)
		if aok && bok {
			merge(a, b)
			continue
		}
		into[key] = value
	}
}

// document reads one document in whichever form it has.
func (r *reader) document(body ast.Node) (settings map[string]any, gitops bool) {
	entries, ok := r.mapping(body, "the document")
	if !ok {
		return nil, false
	}
	if entries.has("kind") || entries.has("spec") {
		return r.applyDocument(entries, body), false
	}
	return r.gitopsDocument(entries, body), true
}
