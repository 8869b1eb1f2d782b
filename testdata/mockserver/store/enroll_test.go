package store_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/testdata/mockserver/appconfig"
	"fleetmigrate/testdata/mockserver/store"
)

func open(t *testing.T, path string) *store.Store {
	t.Helper()
	s, err := store.Open(path, appconfig.New("Acme", "http://localhost"), time.Now, func(store.Activity) {})
	require.NoError(t, err)
	return s
}

func idOf(t *testing.T, s *store.Store, name string) uint {
	t.Helper()
	ref, err := s.ByAny(name)
	require.NoError(t, err)
	return ref.Get().ID
}

func TestNobodyTakesAnothersNames(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.json")
	s := open(t, path)
	_, err := s.EnrollOrbit(store.Identity{UUID: "U1", HardwareSerial: "S1"})
	require.NoError(t, err)
	key, err := s.EnrollOrbit(store.Identity{UUID: "U2", HardwareSerial: "S1"})
	require.NoError(t, err, "a clone with the same serial is a Mac of its own")
	second, err := s.ByOrbitKey(key)
	require.NoError(t, err)
	require.Equal(t, uint(2), second.Get().ID)
	require.Equal(t, "S1", second.Get().HardwareSerial)
	require.NoError(t, s.Identify(second, store.Identity{UUID: "u1"}))
	require.Equal(t, "U2", second.Get().UUID)

	for _, s := range []*store.Store{s, open(t, path)} {
		require.Equal(t, uint(1), idOf(t, s, "S1"))
		require.Equal(t, uint(1), idOf(t, s, "U1"))
		require.Equal(t, uint(2), idOf(t, s, "U2"))
	}
	require.NoError(t, s.Identify(second, store.Identity{HardwareSerial: "S2"}))
	require.Equal(t, uint(2), idOf(t, s, "S2"))
	require.Equal(t, uint(1), idOf(t, s, "S1"), "the first keeps its own")
}

func TestANewNameReplacesTheOld(t *testing.T) {
	s := open(t, "")
	key, err := s.EnrollOsquery(store.Identity{UUID: "U1", HardwareSerial: "S1", OsqueryHostID: "x"})
	require.NoError(t, err)
	ref, err := s.ByNodeKey(key)
	require.NoError(t, err)
	require.NoError(t, s.Identify(ref, store.Identity{UUID: "U9", HardwareSerial: "S9"}))
	for _, gone := range []string{"U1", "S1"} {
		_, err := s.ByAny(gone)
		require.ErrorIs(t, err, store.ErrNotFound)
	}
	require.Equal(t, uint(1), idOf(t, s, "u9"))
	require.Equal(t, uint(1), idOf(t, s, "S9"))
}
