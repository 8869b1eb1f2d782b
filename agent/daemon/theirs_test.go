package daemon

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/require"

	"fleetmigrate/agent/host"
)

// What a person may make of the state file that root reads.
func TestReadTheirs(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "state.json")
	var h hint
	good := func() bool { h = hint{}; return ReadTheirs(path, person(), &h) }
	require.False(t, good(), "missing")
	require.NoError(t, os.WriteFile(path, []byte(`{"state":"unenrolling"}`), 0o600))
	if os.Geteuid() == 0 {
		require.NoError(t, os.Chown(path, person(), -1))
	}
	require.True(t, good())
	require.True(t, h.running())
	for name, trap := range map[string]func(){
		"link": func() {
			require.NoError(t, os.Rename(path, path+".real"))
			require.NoError(t, os.Symlink(path+".real", path))
		},
		"pipe":    func() { require.NoError(t, syscall.Mkfifo(path, 0o600)) },
		"folder":  func() { require.NoError(t, os.Mkdir(path, 0o700)) },
		"huge":    func() { require.NoError(t, os.WriteFile(path, make([]byte, 1<<20), 0o600)) },
		"garbage": func() { require.NoError(t, os.WriteFile(path, []byte("{"), 0o600)) },
		"empty":   func() { require.NoError(t, os.WriteFile(path, nil, 0o600)) },
		"device":  func() { require.NoError(t, os.Symlink("/dev/zero", path)) },
	} {
		require.NoError(t, os.RemoveAll(path))
		if name == "link" {
			require.NoError(t, os.WriteFile(path, []byte(`{"state":"unenrolling"}`), 0o600))
		}
		trap()
		require.False(t, good(), name)
	}
	require.NoError(t, os.RemoveAll(path))
	require.NoError(t, os.WriteFile(path, []byte(`{"state":"unenrolling"}`), 0o600))
	if os.Geteuid() == 0 {
		require.NoError(t, os.Chown(path, person()+1, -1))
		require.False(t, good(), "another user's")
	}
}

// However often a person rewrites the file, root hurries for so long and no longer.
func TestHintsAreRationed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "state.json")
		hurry, asked := NewLatest[time.Time](), NewLatest[time.Time]()
		h := NewHints(HomeOf, asked, zerolog.Nop(), hurry)
		h.path, h.user = path, host.ConsoleUser{Name: "jo", UID: os.Geteuid()}
		begun := 0
		for i := range 3600 {
			state := []string{"requesting", "unenrolling"}[i%2]
			require.NoError(t, os.WriteFile(path, fmt.Appendf(nil, `{"state":%q,"since":%q,"renew_asked":%q}`, state, time.Now().Format(time.RFC3339), time.Now().Format(time.RFC3339)), 0o600))
			h.read(time.Now())
			select {
			case until := <-hurry:
				begun++
				require.LessOrEqual(t, time.Until(until), 5*time.Minute)
			default:
			}
			time.Sleep(time.Second)
		}
		require.Equal(t, hurriesAnHour, begun)
		require.NoError(t, os.WriteFile(path, []byte(`{"state":"idle"}`), 0o600))
		h.read(time.Now().Add(2 * time.Hour))
		require.Empty(t, hurry, "nothing is under way")
	})
}

func TestDesktopStateDirOfSomebodyUnknown(t *testing.T) {
	_, err := HomeOf(987654)
	require.ErrorContains(t, err, strconv.Itoa(987654))
}
