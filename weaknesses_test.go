package fleetmigrate_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestWeaknessesNameTheirTests keeps docs/weaknesses.md honest: 35 lines, each
// held by tests that exist where it says.
func TestWeaknessesNameTheirTests(t *testing.T) {
	raw, err := os.ReadFile("docs/weaknesses.md")
	require.NoError(t, err)
	lines := regexp.MustCompile(`(?m)^\| (\d+ \|)?.*\| ([^|]*Test[^|]*) \|$`).FindAllStringSubmatch(string(raw), -1)
	numbered := 0
	for _, line := range lines {
		if line[1] != "" {
			numbered++
		}
		dir := ""
		for _, word := range strings.FieldsFunc(line[2], func(r rune) bool { return r == ' ' || r == ',' }) {
			if room, isDir := strings.CutPrefix(word, "`"); isDir {
				dir = strings.TrimSuffix(room, "`")
				continue
			}
			require.Contains(t, testsIn(t, dir), "func "+word+"(", "%s", line[0])
		}
	}
	require.Equal(t, 35, numbered)
}

// testsIn is the text of all test files of a folder.
func testsIn(t *testing.T, dir string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	require.NoError(t, err)
	require.NotEmpty(t, files, "no tests in %s", dir)
	var all strings.Builder
	for _, name := range files {
		raw, err := os.ReadFile(name)
		require.NoError(t, err)
		all.Write(raw)
	}
	return all.String()
}
