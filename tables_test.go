package fleetmigrate_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// heldBy is a row of a table whose last column names tests: a folder, then its
// tests. The rows of the weaknesses have a number in front.
var heldBy = regexp.MustCompile(`(?m)^\| (\d+ \|)?.*\| ([^|]*Test[^|]*) \|$`)

// TestClaimsNameTheirTests keeps the tables of claims honest: each is held by
// tests that exist where it says.
func TestClaimsNameTheirTests(t *testing.T) {
	numbered := 0
	for name, atLeast := range map[string]int{"docs/weaknesses.md": 35, "SECURITY.md": 9, "docs/dialogs.md": 18} {
		rows := heldBy.FindAllStringSubmatch(contents(t, name), -1)
		require.GreaterOrEqual(t, len(rows), atLeast, name)
		for _, row := range rows {
			if row[1] != "" {
				numbered++
			}
			requireTests(t, row[2])
		}
	}
	require.Equal(t, 35, numbered)
}

// requireTests wants every test of a cell like "`agent` TestA, TestB, `pkg` TestC".
func requireTests(t *testing.T, cell string) {
	t.Helper()
	dir := ""
	for _, word := range strings.FieldsFunc(cell, func(r rune) bool { return r == ' ' || r == ',' }) {
		if room, isDir := strings.CutPrefix(word, "`"); isDir {
			dir = strings.TrimSuffix(room, "`")
			continue
		}
		require.Contains(t, testsIn(t, dir), "func "+word+"(", "%s", cell)
	}
}

// testsIn is the text of all test files of a folder.
func testsIn(t *testing.T, dir string) string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	require.NoError(t, err)
	require.NotEmpty(t, names, "no tests in %s", dir)
	var all strings.Builder
	for _, name := range names {
		all.WriteString(contents(t, name))
	}
	return all.String()
}
