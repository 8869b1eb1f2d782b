package store_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/testdata/mockserver/appconfig"
	"fleetmigrate/testdata/mockserver/store"
)

// kept is a store with a file, some of everything, and its log.
func kept(t *testing.T) (s *store.Store, path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "state.json")
	s = open(t, path)
	require.NoError(t, s.SetServerURL("http://localhost:1")) // the whole is written
	key, err := s.EnrollOrbit(store.Identity{UUID: "U1", HardwareSerial: "S1"})
	require.NoError(t, err)
	ref, err := s.ByOrbitKey(key)
	require.NoError(t, err)
	require.NoError(t, s.SetToken(ref, "token-1"))
	_, err = s.Update(ref, func(h *store.Host) error { h.MDM = &store.MDM{Enrolled: true}; return nil })
	require.NoError(t, err)
	_, err = s.Ensure("S2")
	require.NoError(t, err)
	rename(t, s, "Acme")
	return s, path
}

func rename(t *testing.T, s *store.Store, name string) {
	t.Helper()
	require.NoError(t, s.UpdateConfig(func(c appconfig.Config) (appconfig.Config, []store.Activity, error) {
		c.OrgInfo.OrgName = name
		return c, []store.Activity{{Type: "edited_org_info"}}, nil
	}))
}

// shown is everything that a store tells.
func shown(t *testing.T, s *store.Store) string {
	t.Helper()
	hosts, _ := s.Hosts(store.Filter{PerPage: 100})
	activities, _ := s.Activities(0, 100)
	text, err := json.Marshal([]any{s.Config(), hosts, activities})
	require.NoError(t, err)
	return string(text)
}

func TestTheLogIsReplayed(t *testing.T) {
	s, path := kept(t)
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NotContains(t, string(whole), "token-1", "a change does not write the whole")
	require.Equal(t, shown(t, s), shown(t, open(t, path)))
}

func TestALogThatEndsAnywhereIsRead(t *testing.T) {
	s, path := kept(t)
	raw, err := os.ReadFile(path + ".log")
	require.NoError(t, err)
	for n := 0; n < len(raw); n += 13 {
		require.NoError(t, os.WriteFile(path+".log", raw[:n], 0o600))
		open(t, path)
	}
	require.NoError(t, os.WriteFile(path+".log", append(raw, `{"hosts":[{"id":3,`...), 0o600))
	require.Equal(t, shown(t, s), shown(t, open(t, path)), "what was not finished was promised to nobody")
}

func TestADamagedLogIsRefused(t *testing.T) {
	_, path := kept(t)
	raw, err := os.ReadFile(path + ".log")
	require.NoError(t, err)
	lines := bytes.SplitAfter(raw, []byte("\n"))
	for name, bad := range map[string][]byte{
		"a line that is none":  bytes.Join([][]byte{lines[0], []byte("{\n"), lines[1]}, nil),
		"a host before others": append(bytes.Clone(lines[0]), []byte(`{"hosts":[{"id":7}]}`+"\n")...),
	} {
		require.NoError(t, os.WriteFile(path+".log", bad, 0o600))
		_, err := store.Open(path, appconfig.New("Acme", "http://localhost"), time.Now, func(store.Activity) {})
		require.ErrorContains(t, err, path+".log is damaged (line 2: ", name)
		require.ErrorContains(t, err, "or move both away to start empty", name)
		after, err := os.ReadFile(path + ".log")
		require.NoError(t, err)
		require.Equal(t, bad, after, "it is never overwritten")
	}
}

func TestALogOfAnOlderWholeIsIgnored(t *testing.T) {
	s, path := kept(t)
	old, err := os.ReadFile(path + ".log")
	require.NoError(t, err)
	again := open(t, path)
	rename(t, again, "Globex") // the whole is written anew
	require.NoError(t, os.WriteFile(path+".log", old, 0o600), "a crash came before the new log")
	require.Equal(t, shown(t, again), shown(t, open(t, path)))
	require.NotEqual(t, shown(t, s), shown(t, again))
}

func TestTheLogDoesNotGrowForEver(t *testing.T) {
	s, path := kept(t)
	for i := range 40 {
		rename(t, s, strings.Repeat("x", 100_000)+string(rune('a'+i)))
	}
	info, err := os.Stat(path + ".log")
	require.NoError(t, err)
	require.Less(t, info.Size(), int64(3<<20))
	require.Equal(t, shown(t, s), shown(t, open(t, path)))
}

func TestALogThatWasMovedAwayIsNotWrittenTo(t *testing.T) {
	s, path := kept(t)
	require.NoError(t, os.Rename(path+".log", path+".away"))
	rename(t, s, "Globex")
	require.Equal(t, shown(t, s), shown(t, open(t, path)))
}
