package fleetmigrate_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNoPackageIsADrawer(t *testing.T) {
	for _, dir := range packageDirs(t) {
		require.NotContains(t, []string{"util", "utils", "common", "types", "mocks", "helpers", "misc"}, path.Base(dir))
	}
}

// TestEveryPackageSaysWhatItIsFor wants one package comment each.
func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	for _, dir := range packageDirs(t) {
		var docs []string
		names, err := filepath.Glob(filepath.Join(dir, "*.go"))
		require.NoError(t, err)
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.PackageClauseOnly|parser.ParseComments)
			require.NoError(t, err)
			if file.Doc == nil {
				continue
			}
			docs = append(docs, file.Doc.Text())
			if file.Name.Name != "main" {
				require.True(t, strings.HasPrefix(file.Doc.Text(), "Package "+file.Name.Name+" "), name)
			}
		}
		require.Len(t, docs, 1, "package comments in %s", dir)
	}
}

// TestMakeKnowsEveryPackage: "./..." skips testdata without a word, so the
// Makefile names what lies there.
func TestMakeKnowsEveryPackage(t *testing.T) {
	line := regexp.MustCompile(`(?m)^PKGS := (.*)$`).FindStringSubmatch(contents(t, "Makefile"))
	require.NotNil(t, line)
	patterns := strings.Fields(line[1])
	for _, dir := range packageDirs(t) {
		if inTestdata(strings.TrimPrefix(dir, "./")) {
			require.True(t, slices.ContainsFunc(patterns, func(p string) bool {
				return p != "./..." && strings.HasPrefix(dir+"/", strings.TrimSuffix(p, "..."))
			}), "PKGS in the Makefile does not reach %s", dir)
		}
	}
}

// packageDirs are the folders with Go files that are not tests.
func packageDirs(t *testing.T) []string {
	t.Helper()
	var dirs []string
	require.NoError(t, filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && name != "." && strings.HasPrefix(entry.Name(), ".") {
			return filepath.SkipDir
		}
		if dir := "./" + filepath.ToSlash(filepath.Dir(name)); strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") && !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
		return nil
	}))
	return dirs
}
