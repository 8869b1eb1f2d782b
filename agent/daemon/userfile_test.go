package daemon

import (
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/require"

	"fleetmigrate/agent/host"
	"fleetmigrate/agent/options"
)

// TestAsAnOrdinaryUser runs the tests of this file once more as somebody who is
// not root, where they run as root: what root may do and what it may not are
// two things.
func TestAsAnOrdinaryUser(t *testing.T) {
	if os.Geteuid() != 0 {
		return // then all the others just did
	}
	asUser(t, "TestUserFiles|TestPrepare|TestTraps")
}

// person is a user id to give files to.
func person() int {
	if uid := os.Geteuid(); uid != 0 {
		return uid
	}
	return 4501
}

func newVar(t *testing.T) string {
	dir := filepath.Join(t.TempDir(), "root", "var")
	require.NoError(t, Prepare(dir))
	return dir
}

func modeAndOwner(t *testing.T, path string) (os.FileMode, int) {
	info, err := os.Lstat(path)
	require.NoError(t, err)
	return info.Mode(), int(info.Sys().(*syscall.Stat_t).Uid)
}

func TestPrepareMendsModes(t *testing.T) {
	dir := newVar(t)
	for name, want := range map[string]os.FileMode{".": 0o755, "users": 0o711, "private": 0o700} {
		path := filepath.Join(dir, name)
		require.NoError(t, os.Chmod(path, 0o777))
		require.NoError(t, Prepare(dir))
		mode, owner := modeAndOwner(t, path)
		require.Equal(t, want, mode.Perm(), name)
		require.Equal(t, os.Geteuid(), owner)
	}
	require.NoError(t, os.Remove(filepath.Join(dir, "private")))
	require.NoError(t, os.Symlink(t.TempDir(), filepath.Join(dir, "private")))
	require.Error(t, Prepare(dir), "a link in its place is not followed")
}

func TestPrepareDropsStrangersFiles(t *testing.T) {
	dir := newVar(t)
	private := filepath.Join(dir, "private")
	victim := filepath.Join(filepath.Dir(dir), "victim")
	require.NoError(t, os.WriteFile(victim, []byte("precious"), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(private, "ours"), nil, 0o600))
	require.NoError(t, os.Symlink(victim, filepath.Join(private, "node-keys.json")))
	require.NoError(t, os.Mkdir(filepath.Join(private, "renew.json"), 0o777))
	if os.Geteuid() == 0 {
		theirs := filepath.Join(private, "kept-configuration.json")
		require.NoError(t, os.WriteFile(theirs, []byte("{}"), 0o600))
		require.NoError(t, os.Chown(theirs, person(), -1))
	}
	require.NoError(t, Prepare(dir))
	entries, err := os.ReadDir(private)
	require.NoError(t, err)
	require.Len(t, entries, 1)
	require.Equal(t, "ours", entries[0].Name())
	require.FileExists(t, victim)
}

func TestUserFiles(t *testing.T) {
	old := syscall.Umask(0)
	defer syscall.Umask(old)
	dir := newVar(t)
	u := newUserFiles(dir)
	require.NoError(t, u.put(person(), "token-1"))
	folder := filepath.Join(dir, "users", strconv.Itoa(person()))
	mode, owner := modeAndOwner(t, folder)
	require.Equal(t, os.FileMode(0o700), mode.Perm())
	require.Equal(t, person(), owner)
	mode, owner = modeAndOwner(t, filepath.Join(folder, "identifier"))
	require.Equal(t, os.FileMode(0o600), mode)
	require.Equal(t, person(), owner)
	require.True(t, u.holds(person(), "token-1"))
	require.False(t, u.holds(person(), "token-2"))
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Len(t, entries, 1, "nothing is left beside it")
	require.NoError(t, u.only(0))
	require.NoDirExists(t, folder)
}

// What a person may put in the way in their own folder: root must write nowhere
// else, change nobody else's file, and still get the token to its place.
func TestTraps(t *testing.T) {
	for name, trap := range map[string]func(t *testing.T, path, victim string){
		"link":           func(t *testing.T, path, victim string) { require.NoError(t, os.Symlink(victim, path)) },
		"hard link":      func(t *testing.T, path, victim string) { require.NoError(t, os.Link(victim, path)) },
		"dangling link":  func(t *testing.T, path, victim string) { require.NoError(t, os.Symlink(victim+".new", path)) },
		"link to folder": func(t *testing.T, path, victim string) { require.NoError(t, os.Symlink(filepath.Dir(victim), path)) },
		"pipe":           func(t *testing.T, path, _ string) { require.NoError(t, syscall.Mkfifo(path, 0o666)) },
		"folder": func(t *testing.T, path, _ string) {
			require.NoError(t, os.MkdirAll(filepath.Join(path, "full", "of"), 0o777))
		},
		"open to all": func(t *testing.T, path, _ string) { require.NoError(t, os.WriteFile(path, []byte("x"), 0o666)) },
	} {
		for _, at := range []string{"identifier", ".identifier.new", "."} {
			t.Run(name+" at "+at, func(t *testing.T) {
				dir := newVar(t)
				victim := filepath.Join(filepath.Dir(dir), "victim")
				require.NoError(t, os.WriteFile(victim, []byte("precious"), 0o644))
				folder := filepath.Join(dir, "users", strconv.Itoa(person()))
				if at != "." {
					require.NoError(t, os.Mkdir(folder, 0o777))
				}
				trap(t, filepath.Join(folder, at), victim)
				u := newUserFiles(dir)
				require.False(t, u.holds(person(), "token-1"))
				_, err := ReadToken(dir, person())
				require.ErrorContains(t, err, "reading the device token of user")
				require.NotContains(t, err.Error(), "precious")
				require.NoError(t, u.put(person(), "token-1"))
				require.True(t, u.holds(person(), "token-1"))

				token, err := ReadToken(dir, person())
				require.NoError(t, err)
				require.Equal(t, "token-1", token)
				data, err := os.ReadFile(victim)
				require.NoError(t, err)
				require.Equal(t, "precious", string(data))
				mode, owner := modeAndOwner(t, victim)
				require.Equal(t, os.FileMode(0o644), mode)
				require.Equal(t, os.Geteuid(), owner)
				require.NoFileExists(t, victim+".new")
				mode, _ = modeAndOwner(t, filepath.Join(folder, "identifier"))
				require.Equal(t, os.FileMode(0o600), mode)
				mode, owner = modeAndOwner(t, folder)
				require.Equal(t, os.ModeDir|0o700, mode)
				require.Equal(t, person(), owner)
			})
		}
	}
}

// A person can fill their folder faster than root empties it: root walks
// through nothing there, and takes only what it put there itself.
func TestUserFilesAreNotWalkedThrough(t *testing.T) {
	dir := newVar(t)
	u := newUserFiles(dir)
	require.NoError(t, u.put(person(), "token-1"))
	folder := filepath.Join(dir, "users", strconv.Itoa(person()))
	for _, name := range []string{"identifier", ".identifier.new"} {
		require.NoError(t, os.RemoveAll(filepath.Join(folder, name)))
		require.NoError(t, os.MkdirAll(filepath.Join(folder, name, "endless"), 0o700))
	}
	require.NoError(t, u.put(person(), "token-2"))
	require.True(t, u.holds(person(), "token-2"))
	theirs, err := filepath.Glob(filepath.Join(folder, "*", "endless"))
	require.NoError(t, err)
	require.Len(t, theirs, 2, "out of the way, and whole")

	require.NoError(t, u.only(0))
	require.DirExists(t, folder, "what is in it is the person's")
	require.NoFileExists(t, filepath.Join(folder, "identifier"))
	require.False(t, u.holds(person(), "token-2"))
}

// Somebody whose folder root can't empty, as with a flag that locks a file on a
// Mac, keeps nobody else from their token.
func TestUserFilesThatCannotBeRemoved(t *testing.T) {
	if os.Geteuid() == 0 {
		return // no mode stops root: TestAsAnOrdinaryUser comes here again
	}
	dir, mac := newVar(t), t.TempDir()
	locked := filepath.Join(dir, "users", "4999")
	require.NoError(t, os.Mkdir(locked, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(locked, "identifier"), nil, 0o600))
	require.NoError(t, os.Chmod(locked, 0o500))
	defer func() { require.NoError(t, os.Chmod(locked, 0o700)) }()
	const token = "6f1d6f0e-8f39-4a2a-9d1c-0f4b6b8f2a11"
	require.NoError(t, os.MkdirAll(filepath.Join(mac, filepath.Dir(fleetdToken)), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(mac, fleetdToken), []byte(token), 0o644))

	m := NewMirror(dir, NewBoard(dir, "1", zerolog.Nop()), zerolog.Nop())
	m.cfg = &options.Config{HostRoot: mac, Companion: "on"}
	m.seen = Observed{Known: true, Facts: host.Facts{ConsoleUser: host.ConsoleUser{Name: "jo", UID: person()}}}
	m.copy()
	require.True(t, m.files.holds(person(), token))
}

// A person who swaps links in as fast as they can, while root writes.
func TestTrapsSwappedInWhileRootWrites(t *testing.T) {
	dir := newVar(t)
	victim := filepath.Join(filepath.Dir(dir), "victim")
	require.NoError(t, os.WriteFile(victim, []byte("precious"), 0o644))
	u := newUserFiles(dir)
	require.NoError(t, u.put(person(), "token-0"))
	folder := filepath.Join(dir, "users", strconv.Itoa(person()))
	stop := make(chan struct{})
	var racer sync.WaitGroup
	racer.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
			}
			for _, name := range []string{"identifier", ".identifier.new"} {
				path := filepath.Join(folder, name)
				_ = os.Remove(path)
				_ = os.Symlink(victim, path)
			}
		}
	})
	for range 1000 {
		_ = u.put(person(), "token-x") // it may lose the race; what counts is what it never does
		u.holds(person(), "token-x")
	}
	close(stop)
	racer.Wait()
	data, err := os.ReadFile(victim)
	require.NoError(t, err)
	require.Equal(t, "precious", string(data))
	mode, owner := modeAndOwner(t, victim)
	require.Equal(t, os.FileMode(0o644), mode)
	require.Equal(t, os.Geteuid(), owner)
	require.NoError(t, u.put(person(), "token-1"))
	require.True(t, u.holds(person(), "token-1"))
}
