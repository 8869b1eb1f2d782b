package packaging_test

import (
	"context"
	"crypto"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/packaging"
)

// settledOptions have inputs of their own that nobody has touched for a while.
func settledOptions(t *testing.T) packaging.Options {
	opts := options(t)
	old(t, append(append(opts.Orbit, opts.Desktop...), opts.SwiftDialog)...)
	opts.Cache = &packaging.Cache{Dir: filepath.Join(t.TempDir(), "cache")}
	return opts
}

func old(t *testing.T, files ...string) {
	t.Helper()
	before := time.Now().Add(-time.Hour)
	for _, file := range files {
		require.NoError(t, os.Chtimes(file, before, before))
	}
}

// made gives a package's bytes and whether its Payload came out of the cache.
func made(t *testing.T, opts packaging.Options) ([]byte, bool) {
	t.Helper()
	b, err := packaging.New(context.Background(), opts)
	require.NoError(t, err)
	defer b.Close()
	name := filepath.Join(t.TempDir(), "agent.pkg")
	written, err := b.WriteFile(context.Background(), name)
	require.NoError(t, err)
	sound(t, name)
	raw, err := os.ReadFile(name)
	require.NoError(t, err)
	return raw, written.Cached
}

func TestCacheGivesTheSameBytes(t *testing.T) {
	opts := settledOptions(t)
	want, cached := made(t, opts)
	require.False(t, cached)
	got, cached := made(t, opts)
	require.True(t, cached)
	require.Equal(t, want, got)

	opts.FleetURL, opts.EnrollSecret = "https://other.example.com", "0ther-s3cret"
	other, cached := made(t, opts)
	require.True(t, cached, "URL and secret are not in the Payload")
	require.NotEqual(t, want, other)
	opts.Cache = nil
	plain, _ := made(t, opts)
	require.Equal(t, plain, other)
}

func TestCacheKnowsWhatThePayloadDependsOn(t *testing.T) {
	for name, change := range map[string]func(*packaging.Options){
		"an input that was replaced": func(o *packaging.Options) {
			raw, err := os.ReadFile(o.Orbit[0])
			require.NoError(t, err)
			raw[len(raw)-1] ^= 1
			require.NoError(t, os.Remove(o.Orbit[0]))
			require.NoError(t, os.WriteFile(o.Orbit[0], raw, 0o755))
			old(t, o.Orbit[0])
		},
		"the time":         func(o *packaging.Options) { o.Epoch = time.Unix(1_000_000_000, 0) },
		"the digest":       func(o *packaging.Options) { o.Hash = crypto.SHA256 },
		"the version":      func(o *packaging.Options) { o.Version = "9" },
		"http allowed":     func(o *packaging.Options) { o.Insecure = true },
		"no swiftDialog":   func(o *packaging.Options) { o.SwiftDialog = "" },
		"one architecture": func(o *packaging.Options) { o.Orbit = o.Orbit[:1] },
	} {
		t.Run(name, func(t *testing.T) {
			opts := settledOptions(t)
			_, cached := made(t, opts)
			require.False(t, cached)
			change(&opts)
			b, err := packaging.New(context.Background(), opts)
			require.NoError(t, err)
			defer b.Close()
			written, err := b.WriteFile(context.Background(), filepath.Join(t.TempDir(), "agent.pkg"))
			require.NoError(t, err)
			require.False(t, written.Cached)
		})
	}
}

// An input that has just been written may change again without a trace.
func TestCacheDoesNotKeepWhatIsFresh(t *testing.T) {
	opts := settledOptions(t)
	now := time.Now()
	require.NoError(t, os.Chtimes(opts.Orbit[0], now, now))
	made(t, opts)
	_, cached := made(t, opts)
	require.False(t, cached)
}

func TestADamagedCacheIsMadeAnew(t *testing.T) {
	opts := settledOptions(t)
	want, _ := made(t, opts)
	files, err := filepath.Glob(filepath.Join(opts.Cache.Dir, "*"))
	require.NoError(t, err)
	require.Len(t, files, 2)
	for _, file := range files {
		raw, err := os.ReadFile(file)
		require.NoError(t, err)
		for what, damage := range map[string]func() error{
			"one bit":   func() error { raw[len(raw)/2] ^= 4; return os.WriteFile(file, raw, 0o600) },
			"cut short": func() error { return os.Truncate(file, int64(len(raw)/2)) },
			"gone":      func() error { return os.Remove(file) },
		} {
			require.NoError(t, damage(), what)
			got, cached := made(t, opts)
			require.False(t, cached, "%s of %s", what, file)
			require.Equal(t, want, got)
			got, cached = made(t, opts)
			require.True(t, cached)
			require.Equal(t, want, got)
		}
	}
}

// What somebody else could have put there is not packed for root to run. It is
// said where it concerns the folder; an entry is simply made anew.
func TestACacheOfOthersIsNotUsed(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, file string){
		"a link in place of an entry": func(t *testing.T, file string) {
			elsewhere := filepath.Join(t.TempDir(), "elsewhere")
			require.NoError(t, os.Rename(file, elsewhere))
			require.NoError(t, os.Symlink(elsewhere, file))
		},
		"an entry that others may write": func(t *testing.T, file string) { require.NoError(t, os.Chmod(file, 0o622)) },
		"a folder in place of an entry": func(t *testing.T, file string) {
			require.NoError(t, os.Remove(file))
			require.NoError(t, os.Mkdir(file, 0o755))
			require.NoError(t, os.Mkdir(filepath.Join(file, "full"), 0o755))
		},
		"a pipe in place of an entry": func(t *testing.T, file string) {
			require.NoError(t, os.Remove(file))
			require.NoError(t, syscall.Mkfifo(file, 0o600))
		},
	} {
		for _, kind := range []string{"payload", "json"} {
			t.Run(name+", "+kind, func(t *testing.T) {
				opts := settledOptions(t)
				want, _ := made(t, opts)
				files, err := filepath.Glob(filepath.Join(opts.Cache.Dir, "*."+kind))
				require.NoError(t, err)
				require.Len(t, files, 1)
				spoil(t, files[0])
				got, cached := made(t, opts)
				require.False(t, cached)
				require.Equal(t, want, got)
			})
		}
	}
}

func TestAFolderThatOthersMayWriteIsNoCache(t *testing.T) {
	opts := settledOptions(t)
	made(t, opts)
	require.NoError(t, os.Chmod(opts.Cache.Dir, 0o777))
	b, err := packaging.New(context.Background(), opts)
	require.NoError(t, err)
	defer b.Close()
	written, err := b.WriteFile(context.Background(), filepath.Join(t.TempDir(), "agent.pkg"))
	require.NoError(t, err)
	require.False(t, written.Cached)
	require.Contains(t, b.Warnings()[len(b.Warnings())-1], "others may write to it: run chmod go-w on it, or give another folder with --cache")
}

// An entry under another's name is whole, and still not what was asked for.
func TestAnEntryOfOtherInputsIsNotUsed(t *testing.T) {
	opts := settledOptions(t)
	first, _ := made(t, opts)
	mine, err := filepath.Glob(filepath.Join(opts.Cache.Dir, "*.payload"))
	require.NoError(t, err)
	other := opts
	other.Version = "9"
	made(t, other)
	all, err := filepath.Glob(filepath.Join(opts.Cache.Dir, "*.payload"))
	require.NoError(t, err)
	require.Len(t, all, 2)
	theirs := all[0]
	if theirs == mine[0] {
		theirs = all[1]
	}
	for _, kind := range []string{"payload", "json"} {
		from, to := strings.TrimSuffix(theirs, "payload")+kind, strings.TrimSuffix(mine[0], "payload")+kind
		require.NoError(t, os.Rename(from, to))
	}
	got, cached := made(t, opts)
	require.False(t, cached)
	require.Equal(t, first, got)
}

func TestCacheKeepsTheLastUsed(t *testing.T) {
	opts := settledOptions(t)
	for i := range 6 {
		opts.Epoch = time.Unix(int64(i+1)*1_000_000, 0)
		made(t, opts)
	}
	files, err := filepath.Glob(filepath.Join(opts.Cache.Dir, "*"))
	require.NoError(t, err)
	require.Len(t, files, 2*4)
	_, cached := made(t, opts)
	require.True(t, cached)
}

func TestACacheThatCannotBeWrittenIsAWarning(t *testing.T) {
	opts := settledOptions(t)
	file := filepath.Join(t.TempDir(), "a file")
	require.NoError(t, os.WriteFile(file, nil, 0o644))
	opts.Cache.Dir = filepath.Join(file, "cache")
	b, err := packaging.New(context.Background(), opts)
	require.NoError(t, err)
	defer b.Close()
	_, err = b.WriteFile(context.Background(), filepath.Join(t.TempDir(), "agent.pkg"))
	require.NoError(t, err)
	require.Contains(t, b.Warnings()[len(b.Warnings())-1], "run with --no-cache to do without")
}
