package packaging

import (
	"bytes"
	"context"
	"crypto"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"fleetmigrate/packaging/archive"
	"fleetmigrate/packaging/macho"
	"fleetmigrate/packaging/verify"
)

// tree is a part of any shape, in memory.
type tree struct {
	list []Entry
	body map[string]io.ReaderAt
}

func newTree() *tree {
	return &tree{list: []Entry{{Path: ".", Mode: fs.ModeDir | 0o755}}, body: map[string]io.ReaderAt{}}
}

func (t *tree) file(name, content string) {
	t.list = append(t.list, Entry{Path: name, Mode: 0o644, Size: int64(len(content))})
	t.body[name] = strings.NewReader(content)
}

func (t *tree) folder(name string) {
	t.list = append(t.list, Entry{Path: name, Mode: fs.ModeDir | 0o755})
}

func (t *tree) link(name, to string) {
	t.list = append(t.list, Entry{Path: name, Mode: fs.ModeSymlink | 0o755, Link: to})
}

func (t *tree) entries() []Entry  { return t.list }
func (t *tree) origins() []string { return nil }
func (t *tree) text() []byte      { return nil }

func (t *tree) walk(visit func(Entry, io.Reader) error) error {
	for _, e := range t.list {
		var body io.Reader
		if e.Mode.IsRegular() {
			body = io.NewSectionReader(t.body[e.Path], 0, e.Size)
		}
		if err := visit(e, body); err != nil {
			return err
		}
	}
	return nil
}

// write makes a package of the tree alone.
func (t *tree) write(tb require.TestingT, dir string) string {
	b := &Builder{parts: []part{t}, archs: []macho.Arch{macho.ARM64}, opts: Options{
		Version: "1", Epoch: DefaultEpoch, Hash: crypto.SHA1, MinMacOS: archive.MinOS{Major: 12},
	}}
	name := filepath.Join(dir, "tree.pkg")
	_, err := b.WriteFile(context.Background(), name)
	require.NoError(tb, err)
	return name
}

func readBack(tb require.TestingT, name string) {
	file, err := os.Open(name)
	require.NoError(tb, err)
	defer file.Close()
	info, err := file.Stat()
	require.NoError(tb, err)
	report := verify.Verify(file, info.Size(), verify.Config{})
	require.NoError(tb, report.Err())
	require.Zero(tb, report.Count(verify.Warn))
}

// Beyond 510 paths the Bom has several leaves and a branch; 1,021 begins a third.
func TestEveryNumberOfPaths(t *testing.T) {
	for _, n := range []int{1, 2, 3, 509, 510, 511, 512, 1019, 1020, 1021, 1022, 3000} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			all := newTree()
			for len(all.list) < n {
				i := len(all.list)
				if i%50 == 1 {
					all.folder(fmt.Sprintf("folder %03d", (i-1)/50))
					continue
				}
				all.file(fmt.Sprintf("folder %03d/%d", (i-1)/50, i), strings.Repeat("x", i%7))
			}
			name := all.write(t, t.TempDir())
			readBack(t, name)
			require.Equal(t, n, strings.Count(listed(t, name), "\n"))
		})
	}
}

// listed is the Payload as bsdtar and cpio list it; both must agree.
func listed(t *testing.T, name string) string {
	t.Helper()
	payload := filepath.Join(t.TempDir(), "payload")
	shell(t, `bsdtar -xOf "$1" agent.pkg/Payload >"$2"`, name, payload)
	byTar := shell(t, `bsdtar -tf "$1" | sed 's|/$||' | sort`, payload)
	byCpio := shell(t, `gunzip <"$1" | cpio -it --quiet | sort`, payload)
	require.Equal(t, byTar, byCpio)
	return byTar
}

func shell(t *testing.T, script string, args ...string) string {
	t.Helper()
	cmd := exec.Command("bash", append([]string{"-euo", "pipefail", "-c", script, "bash"}, args...)...)
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	return string(out)
}

// Whatever is packed comes out again, by tools that know nothing of this one.
func TestOddNamesComeOutAsTheyWere(t *testing.T) {
	all := newTree()
	all.folder("Grüße 漢字 🐙")
	all.file("Grüße 漢字 🐙/e\u0301 é", "decomposed and composed")
	all.file("a  b", "two spaces")
	all.file("-n", "like an option")
	all.file("empty", "")
	all.file("quote ' \" $HOME `x` \\", "shell")
	all.file("new\nline", "a line end in a name")
	all.file("TRAILER!!", "nearly the end")
	all.file(strings.Repeat("long", 60), "240 bytes")
	all.link("link", "Grüße 漢字 🐙/e\u0301 é")
	all.link("dangling", "../nowhere")
	deep := "d"
	for range 40 {
		all.folder(deep)
		deep += "/d"
	}
	all.file(deep, "deep")
	name := all.write(t, t.TempDir())
	readBack(t, name)
	shell(t, `7z l "$1" >/dev/null`, name)
	out := t.TempDir()
	shell(t, `bsdtar -xOf "$1" agent.pkg/Payload | gunzip | (cd "$2" && cpio -id --quiet --no-absolute-filenames)`, name, out)
	for _, e := range all.list {
		info, err := os.Lstat(filepath.Join(out, e.Path))
		require.NoError(t, err)
		require.Equal(t, e.Mode.Type(), info.Mode().Type(), e.Path)
		switch {
		case e.Link != "":
			to, err := os.Readlink(filepath.Join(out, e.Path))
			require.NoError(t, err)
			require.Equal(t, e.Link, to)
		case e.Mode.IsRegular():
			got, err := os.ReadFile(filepath.Join(out, e.Path))
			require.NoError(t, err)
			want, err := io.ReadAll(io.NewSectionReader(all.body[e.Path], 0, e.Size))
			require.NoError(t, err)
			require.Equal(t, string(want), string(got), e.Path)
		}
	}
}

func TestRandomTreesAreSound(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		all := newTree()
		places := []string{"."}
		for range rapid.IntRange(0, 60).Draw(t, "paths") {
			at := path.Join(rapid.SampledFrom(places).Draw(t, "in"), rapid.StringMatching(`[a-zA-Z0-9 é漢._-]{0,12}x`).Draw(t, "name"))
			if slices.ContainsFunc(all.list, func(e Entry) bool { return strings.EqualFold(e.Path, at) }) {
				continue
			}
			switch rapid.IntRange(0, 3).Draw(t, "kind") {
			case 0:
				all.folder(at)
				places = append(places, at)
			case 1:
				all.link(at, rapid.StringMatching(`[a-z/.é]{1,20}`).Draw(t, "to"))
			default:
				all.file(at, rapid.StringN(0, 100, -1).Draw(t, "body"))
			}
		}
		readBack(t, all.write(t, dir))
	})
}

// The bytes are pinned: when a change of the deflater or of the other
// writers alters them, cacheFormat has to be counted up with this.
func TestTheBytesAreTheSameEverywhere(t *testing.T) {
	before := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(before)
	for _, cores := range []int{1, 3} {
		runtime.GOMAXPROCS(cores)
		all := newTree()
		all.folder("a")
		all.file("a/numbers", numbers(120_000))
		all.link("a/link", "numbers")
		var out bytes.Buffer
		p, err := pack(context.Background(), &out, []part{all}, DefaultEpoch, crypto.SHA256, nil)
		require.NoError(t, err)
		require.Equal(t, []string{"3", goldenPayload, goldenBom}, []string{cacheFormat, fmt.Sprintf("%x", p.Digest), fmt.Sprintf("%x", p.Bom.Digest)})
	}
}

const (
	goldenPayload = "645718e7198c35116743e07c33d48fd3a84a548e9ee9777d6771a14a03dddd90"
	goldenBom     = "113782db4c336d6f2662eedda434de5e1b56da192396e3ef4738af997065f041"
)

func numbers(n int) string {
	var out strings.Builder
	for i := range n {
		fmt.Fprintf(&out, "%d,", i*i)
	}
	return out.String()
}
