package archive

import (
	"path"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// cleanName turns a member's name into its relative form ("." for the root) or
// refuses it. Names are refused, never repaired: an archive that carries a
// name like "../x" was made to do harm.
func cleanName(layer Layer, raw string) (string, error) {
	name := strings.TrimSuffix(strings.TrimPrefix(raw, "./"), "/")
	if name == "" || name == "." {
		return ".", nil
	}
	switch {
	case strings.HasPrefix(name, "/"):
		return "", damaged(layer, nil, "the name %q is absolute", raw)
	case strings.ContainsRune(name, 0):
		return "", damaged(layer, nil, "the name %q holds a NUL", raw)
	case len(name) > maxName:
		return "", damaged(layer, nil, "the name %q… is longer than %d bytes", name[:64], maxName)
	case !utf8.ValidString(name):
		return "", damaged(layer, nil, "the name %q is not UTF-8", raw)
	case strings.Count(name, "/") >= maxDepth:
		return "", damaged(layer, nil, "the name %q… is nested deeper than %d folders", name[:64], maxDepth)
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == ".." || part == "." || part == "" {
			return "", damaged(layer, nil, "the name %q has the part %q, which could lead out of the archive", raw, part)
		}
	}
	return name, nil
}

// checkLink refuses a symbolic link that points out of the app.
func checkLink(layer Layer, name, target string) error {
	if target == "" || strings.ContainsRune(target, 0) || len(target) > maxName {
		return damaged(layer, nil, "the link %q has no usable target", name)
	}
	// Joining lexically is enough, since every folder on the way is a real
	// folder: the selection refuses members below a link.
	resolved := path.Join(path.Dir(name), target)
	if strings.HasPrefix(target, "/") || resolved == ".." || strings.HasPrefix(resolved, "../") {
		return damaged(layer, nil, "the link %q points to %q, outside the app", name, target)
	}
	return nil
}

// isSidecar tells metadata that macOS leaves beside files; none of it belongs
// to an app and none of it is covered by the app's code signature.
func isSidecar(name string) bool {
	base := path.Base(name)
	return strings.HasPrefix(base, "._") || base == ".DS_Store" || name == "__MACOSX" || strings.HasPrefix(name, "__MACOSX/")
}

// foldKey is equal for two names that are one and the same file on a Mac's
// usual volume, which ignores case and Unicode normalization.
func foldKey(name string) string {
	return cases.Fold().String(norm.NFD.String(name))
}
