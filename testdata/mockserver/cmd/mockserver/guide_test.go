package main

import (
	"bytes"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/testdata/mockserver"
)

const guide = "../../../../docs/admin.md"

// The guide for admins is followed as it stands: its files are written, its
// commands run in their order on a new server, and what they print is compared.
func TestGuide(t *testing.T) {
	raw, err := os.ReadFile(guide)
	require.NoError(t, err)
	text := string(raw)
	srv, err := mockserver.New(mockserver.Config{AdminToken: "admin-1", ServerURL: "http://127.0.0.1:8080",
		Now: func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }})
	require.NoError(t, err)
	listener := httptest.NewServer(srv)
	t.Cleanup(listener.Close)
	t.Setenv("MOCKSERVER_URL", listener.URL)
	t.Setenv("MOCKSERVER_TOKEN", "admin-1")
	t.Chdir(t.TempDir())
	for _, file := range regexp.MustCompile("(?s)This is `([a-z.]+)`:\n\n```yaml\n(.*?)```").FindAllStringSubmatch(text, -1) {
		require.NoError(t, os.WriteFile(file[1], []byte(file[2]), 0o600))
	}
	commands := 0
	for _, block := range regexp.MustCompile("(?s)```console\n(.*?)```").FindAllStringSubmatch(text, -1) {
		for _, step := range strings.Split(block[1], "$ ")[1:] {
			command, want, _ := strings.Cut(step, "\n")
			var out bytes.Buffer
			run(t.Context(), strings.Fields(command), &out, &out)
			require.Equal(t, want, trimmed(out.String()), command)
			commands++
		}
	}
	require.Greater(t, commands, 5)
}

// trimmed has no blanks at the ends of lines, as in the guide.
func trimmed(text string) string {
	return regexp.MustCompile(` +\n`).ReplaceAllString(text, "\n")
}

func TestGuideNamesOnlyOptionsThatExist(t *testing.T) {
	raw, err := os.ReadFile(guide)
	require.NoError(t, err)
	known := map[string]bool{}
	for _, command := range [][]string{{"serve"}, {"apply"}, {"get", "config"}, {"host", "assign"}} {
		var out bytes.Buffer
		require.Zero(t, run(t.Context(), append(append([]string{"mockserver"}, command...), "--help"), &out, &out))
		for _, option := range regexp.MustCompile(`--[a-z-]+`).FindAllString(out.String(), -1) {
			known[option] = true
		}
	}
	for _, option := range regexp.MustCompile(`--[a-z][a-z-]+`).FindAllString(string(raw), -1) {
		require.True(t, known[option], option)
	}
}
