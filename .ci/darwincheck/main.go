// Command darwincheck type-checks packages as a Mac would compile them, cgo
// included, on a machine without a C compiler for it: the Go side of cgo files
// is checked with an imaginary "C". It checks neither Objective-C nor linking;
// the macOS job of CI does.
//
// Usage: darwincheck PACKAGE...
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// pkg is what `go list -json` says of a package.
type pkg struct {
	ImportPath, Dir   string
	GoFiles, CgoFiles []string
	ImportMap         map[string]string
	DepOnly           bool
	Error             *struct{ Err string }
}

func main() {
	bad := false
	for _, arch := range []string{"arm64", "amd64"} {
		for _, err := range check(arch, os.Args[1:]) {
			fmt.Fprintf(os.Stderr, "darwin/%s: %v\n", arch, err)
			bad = true
		}
	}
	if bad {
		os.Exit(1)
	}
}

func check(arch string, patterns []string) []error {
	pkgs, err := list(arch, patterns)
	if err != nil {
		return []error{err}
	}
	c := &checker{fset: token.NewFileSet(), done: map[string]*types.Package{"unsafe": types.Unsafe}, sizes: types.SizesFor("gc", arch)}
	for _, p := range pkgs { // dependencies come first
		c.check(p)
	}
	return c.errs
}

func list(arch string, patterns []string) ([]pkg, error) {
	cmd := exec.Command("go", append([]string{"list", "-deps", "-json=ImportPath,Dir,GoFiles,CgoFiles,ImportMap,DepOnly,Error"}, patterns...)...)
	cmd.Env = append(os.Environ(), "GOOS=darwin", "GOARCH="+arch, "CGO_ENABLED=1")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting go list: %w", err)
	}
	var pkgs []pkg
	for dec := json.NewDecoder(out); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, fmt.Errorf("reading go list: %w", err)
		}
		pkgs = append(pkgs, p)
	}
	return pkgs, cmd.Wait()
}

type checker struct {
	fset  *token.FileSet
	done  map[string]*types.Package
	sizes types.Sizes
	errs  []error
}

func (c *checker) check(p pkg) {
	if p.ImportPath == "unsafe" {
		return
	}
	if p.Error != nil {
		c.errs = append(c.errs, errors.New(p.Error.Err))
		return
	}
	var files []*ast.File
	for _, name := range append(p.GoFiles, p.CgoFiles...) {
		f, err := parser.ParseFile(c.fset, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			c.errs = append(c.errs, err)
			return
		}
		files = append(files, f)
	}
	conf := types.Config{
		FakeImportC: true, Sizes: c.sizes, Importer: importer{c, p.ImportMap},
		// Bodies of dependencies are not ours to check, and take most of the time.
		IgnoreFuncBodies: p.DepOnly,
		Error: func(err error) {
			if !p.DepOnly {
				c.errs = append(c.errs, err)
			}
		},
	}
	c.done[p.ImportPath], _ = conf.Check(p.ImportPath, c.fset, files, nil)
}

type importer struct {
	c       *checker
	renamed map[string]string
}

// Import implements types.Importer on what was checked before.
func (i importer) Import(path string) (*types.Package, error) {
	if to, ok := i.renamed[path]; ok {
		path = to
	}
	if p := i.c.done[path]; p != nil {
		return p, nil
	}
	return nil, fmt.Errorf("package %s was not listed", path)
}
