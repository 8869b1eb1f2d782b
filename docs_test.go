package fleetmigrate_test

import (
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ +(.+)$`)
	fence   = regexp.MustCompile("(?s)```.*?```")
	code    = regexp.MustCompile("(?s)```.*?```|`[^`\n]+`")
	// guide is a guide that a sentence or a comment refers to.
	guide = regexp.MustCompile(`\bdocs/[a-z-]+\.md\b`)
	// made is a target of the Makefile that a command line asks for.
	made   = regexp.MustCompile(`\bmake (?:-j *[0-9]+ )?([a-z][a-z0-9-]*)`)
	target = regexp.MustCompile(`(?m)^([a-z0-9-]+):`)
)

func TestLinksLeadSomewhere(t *testing.T) {
	links := 0
	for _, name := range files(t, ".md") {
		for _, l := range link.FindAllStringSubmatch(fence.ReplaceAllString(contents(t, name), ""), -1) {
			require.NoError(t, follow(t, name, l[1]), "%s: %s", name, l[1])
			links++
		}
	}
	require.Greater(t, links, 15, "the links were not found")
}

func TestALinkThatIsDeadIsNoticed(t *testing.T) {
	require.Error(t, follow(t, "docs/orbit.md", "README.md"))
	require.Error(t, follow(t, "docs/orbit.md", "packaging.md#no-such-chapter"))
	require.NoError(t, follow(t, "docs/orbit.md", "packaging.md#what-the-scripts-do"))
}

// follow looks for what a link in a file leads to; other sites are not asked.
func follow(t *testing.T, from, to string) error {
	t.Helper()
	where, err := url.Parse(to)
	if err != nil || where.IsAbs() {
		return err
	}
	name := from
	if where.Path != "" {
		name = filepath.Join(filepath.Dir(from), where.Path)
	}
	if _, err := os.Stat(name); err != nil || where.Fragment == "" {
		return err
	}
	if !slices.Contains(anchors(contents(t, name)), where.Fragment) {
		return errors.New("there is no such heading")
	}
	return nil
}

// anchors are the names that GitHub gives to the headings of a page.
func anchors(page string) []string {
	var out []string
	for _, h := range heading.FindAllStringSubmatch(fence.ReplaceAllString(page, ""), -1) {
		name := regexp.MustCompile(`[^\p{L}\p{N}\- ]`).ReplaceAllString(strings.ToLower(h[1]), "")
		out = append(out, strings.ReplaceAll(name, " ", "-"))
	}
	return out
}

func TestGuidesThatAreNamedExist(t *testing.T) {
	for _, name := range files(t, ".md", ".go", ".yml", "Makefile", ".txt", ".txtar") {
		for _, g := range guide.FindAllString(contents(t, name), -1) {
			require.FileExists(t, g, "%s names it", name)
		}
	}
}

func TestTargetsThatAreNamedExist(t *testing.T) {
	var targets []string
	for _, m := range target.FindAllStringSubmatch(contents(t, "Makefile"), -1) {
		targets = append(targets, m[1])
	}
	require.Contains(t, targets, "test")
	for _, name := range files(t, ".md") {
		for _, c := range code.FindAllString(contents(t, name), -1) {
			for _, m := range made.FindAllStringSubmatch(c, -1) {
				require.Contains(t, targets, m[1], "%s: %s", name, c)
			}
		}
	}
	for name, step := range steps(t) {
		for _, m := range made.FindAllStringSubmatch(step.Run, -1) {
			require.Contains(t, targets, m[1], name)
		}
	}
}

// files are this repository's with one of these endings.
func files(t *testing.T, endings ...string) []string {
	t.Helper()
	var out []string
	require.NoError(t, filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && slices.Contains([]string{".git", "build", "artifacts"}, name) {
			return filepath.SkipDir
		}
		if !entry.IsDir() && slices.ContainsFunc(endings, func(end string) bool { return strings.HasSuffix(name, end) }) {
			out = append(out, name)
		}
		return nil
	}))
	return out
}

func contents(t *testing.T, name string) string {
	t.Helper()
	raw, err := os.ReadFile(name)
	require.NoError(t, err)
	return string(raw)
}
