// Package fleetmigrate_test holds what is true of the repository as a whole: who
// may import whom, what go.mod requires, and that what the guides, the Makefile
// and the workflows name is there.
package fleetmigrate_test

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "fleetmigrate/"

// compilations are the ways this module is compiled; each sees other files.
var compilations = map[string][]string{
	"linux":             {"GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0"},
	"macOS":             {"GOOS=darwin", "GOARCH=arm64", "CGO_ENABLED=1"},
	"macOS without cgo": {"GOOS=darwin", "GOARCH=arm64", "CGO_ENABLED=0"},
}

// listed is what `go list -deps` says of a package.
type listed struct {
	ImportPath        string
	GoFiles, CgoFiles []string
	Imports           []string
}

func TestImportsFollowTheTable(t *testing.T) {
	rooms := readRooms(t)
	for name, env := range compilations {
		t.Run(name, func(t *testing.T) {
			for _, pkg := range ours(t, env) {
				checkImports(t, rooms, pkg)
			}
		})
	}
}

// TestTheTableIsNoWiderThanTheCode keeps rows from allowing what nobody does.
func TestTheTableIsNoWiderThanTheCode(t *testing.T) {
	rooms, used := readRooms(t), map[string]bool{}
	for _, env := range compilations {
		for _, pkg := range ours(t, env) {
			for _, imported := range pkg.Imports {
				used[roomOf(rooms, strings.TrimPrefix(pkg.ImportPath, module))+" "+roomOf(rooms, strings.TrimPrefix(imported, module))] = true
			}
		}
	}
	for from, row := range rooms {
		for _, to := range row {
			require.True(t, used[from+" "+to] || to == "testdata", "the row of %s allows %s", from, to)
		}
	}
}

// checkImports holds the direct imports of each package to its room's; what
// lies behind them is held to theirs.
func checkImports(t *testing.T, rooms map[string][]string, pkg listed) {
	t.Helper()
	from := strings.TrimPrefix(pkg.ImportPath, module)
	room := roomOf(rooms, from)
	if room == "" {
		t.Errorf("%s has no row in docs/architecture.md", from)
		return
	}
	for _, imported := range pkg.Imports {
		if imported == "fyne.io/systray" && from != "cmd/desktop" {
			t.Errorf("%s imports systray; only cmd/desktop does", from)
		}
		to, isOurs := strings.CutPrefix(imported, module)
		if isOurs && !allowed(rooms, room, roomOf(rooms, to)) {
			t.Errorf("%s imports %s, which the row of %s in docs/architecture.md does not allow", from, to, room)
		}
		if isOurs && room == "packaging" && (isVerify(from) != isVerify(to)) {
			t.Errorf("%s imports %s; the verifier is written apart from the rest of packaging", from, to)
		}
	}
}

func allowed(rooms map[string][]string, from, to string) bool {
	return from == to || slices.Contains(rooms[from], to) || (slices.Contains(rooms[from], "testdata") && inTestdata(to))
}

func isVerify(name string) bool { return strings.HasPrefix(name, "packaging/verify") }

func inTestdata(name string) bool { return strings.HasPrefix(name, "testdata/") }

// TestTheRulesCanFail plants each kind of fault.
func TestTheRulesCanFail(t *testing.T) {
	rooms := readRooms(t)
	for _, c := range []struct{ from, to string }{
		{"agent", "testdata/mockserver"}, {"agent", "packaging"}, {"agent/host", "agent"}, {"cmd/desktop", "packaging"},
		{"swiftdialog", "agent/atomicfile"}, {"pkg/deviceclient", "swiftdialog"}, {"testdata/mockserver", "pkg/deviceclient"},
		{"swiftdialog/preview", "agent/prompt"}, {"testdata/fakemac", "testdata/mockserver"},
	} {
		require.Contains(t, rooms, c.from)
		require.False(t, allowed(rooms, c.from, c.to), "%s may import %s", c.from, c.to)
	}
	require.True(t, allowed(rooms, "agent", "swiftdialog"))
	require.True(t, allowed(rooms, "testdata/e2e", "testdata/mockserver"))
	require.Equal(t, "packaging", roomOf(rooms, "packaging/sign"))
	require.Equal(t, "testdata/mockserver", roomOf(rooms, "testdata/mockserver/store"))
	require.Empty(t, roomOf(rooms, "agent/elsewhere"))
}

// roomOf is the row a package belongs to, or "".
func roomOf(rooms map[string][]string, pkg string) string {
	for dir := pkg; dir != "."; dir = path.Dir(dir) {
		if _, isRoom := rooms[dir]; isRoom && (dir == pkg || dir == "packaging" || inTestdata(dir)) {
			return dir
		}
	}
	return ""
}

// readRooms reads the table: room, purpose, imports. "anything in testdata" is
// the entry "testdata"; what follows a semicolon or stands in brackets is for
// the reader.
func readRooms(t *testing.T) map[string][]string {
	t.Helper()
	raw, err := os.ReadFile("docs/architecture.md")
	require.NoError(t, err)
	_, table, _ := strings.Cut(string(raw), "\n## Who may import whom\n")
	table, _, _ = strings.Cut(table, "\n## ")
	rooms := map[string][]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z0-9/]+)` \\| [^|]+ \\| ([^|]+) \\|$").FindAllStringSubmatch(table, -1) {
		rooms[row[1]] = imports(row[2])
	}
	require.Greater(t, len(rooms), 10, "the table was not found")
	return rooms
}

var (
	aside = regexp.MustCompile(`\([^)]*\)|;.*| only for .*| for the .*`)
	room  = regexp.MustCompile(`[a-z0-9]+(/[a-z0-9]+)*`)
)

func imports(cell string) []string {
	cell = strings.TrimPrefix(aside.ReplaceAllString(cell, ""), "may import ")
	if cell == "none" {
		return nil
	}
	var out []string
	for name := range strings.SplitSeq(cell, ",") {
		out = append(out, room.FindString(strings.TrimPrefix(strings.TrimSpace(name), "anything in ")))
	}
	return out
}

// ours lists this module's packages, those under testdata too, with the
// imports of their files that are not tests.
func ours(t *testing.T, env []string) []listed {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-e", "-deps", "-json=ImportPath,GoFiles,CgoFiles,Imports"}, packageDirs(t)...)...)
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		t.Fatalf("go list: %s", exit.Stderr)
	}
	require.NoError(t, err)
	var found []listed
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var pkg listed
		if err := decoder.Decode(&pkg); errors.Is(err, io.EOF) {
			return found
		} else if err != nil {
			t.Fatal(err)
		}
		// Programs run by go generate alone are no part of any compilation.
		if strings.HasPrefix(pkg.ImportPath, module) && len(pkg.GoFiles)+len(pkg.CgoFiles) > 0 {
			found = append(found, pkg)
		}
	}
}
