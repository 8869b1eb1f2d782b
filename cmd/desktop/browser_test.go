//go:build linux

package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/agent"
	"fleetmigrate/agent/policy"
)

// opener puts a script for xdg-open on PATH, which notes its arguments.
func opener(t *testing.T, script string) (opened string) {
	t.Helper()
	dir := t.TempDir()
	opened = filepath.Join(dir, "opened")
	require.NoError(t, os.WriteFile(filepath.Join(dir, openCommand), []byte("#!/bin/sh\necho \"$@\" >> "+opened+"\n"+script+"\n"), 0o755))
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	return opened
}

func newBrowser(t *testing.T) *browser {
	t.Helper()
	dir := t.TempDir()
	token := filepath.Join(dir, "identifier")
	require.NoError(t, os.WriteFile(token, []byte("token-&<\"'>-"), 0o600))
	d := newDevice(config{TokenFile: token}, "1")
	d.configure(policy.Policy{FleetURL: "https://fleet.example.com/sub"})
	return newWeb(d, dir)
}

func TestMyDeviceOpensPrivately(t *testing.T) {
	opened := opener(t, "")
	b := newBrowser(t)
	require.ErrorContains(t, b.Open(t.Context(), agent.MyDevice, ""), "does not look like", "a token that is none goes into no page")
	require.NoError(t, os.WriteFile(b.device.cfg.TokenFile, []byte("token-of-the-test"), 0o600))
	require.NoError(t, b.Open(t.Context(), agent.MyDevice, ""))
	argument, err := os.ReadFile(opened)
	require.NoError(t, err)
	require.Equal(t, filepath.Join(b.dir, "open.html")+"\n", string(argument))
	info, err := os.Stat(filepath.Join(b.dir, "open.html"))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode())
	page, err := os.ReadFile(filepath.Join(b.dir, "open.html"))
	require.NoError(t, err)
	require.Contains(t, string(page), `content="0;url=https://fleet.example.com/sub/device/token-of-the-test"`)
	half := filepath.Join(b.dir, ".open.html.123")
	require.NoError(t, os.WriteFile(half, nil, 0o600))
	b.tidy()
	require.NoFileExists(t, filepath.Join(b.dir, "open.html"))
	require.NoFileExists(t, half, "nor what a process that was killed was writing")
}

// A page opened twice stays for as long as the second time wants, and a browser
// that reads it meanwhile sees one or the other, whole.
func TestMyDeviceOpenedTwice(t *testing.T) {
	opener(t, "")
	b := newBrowser(t)
	require.NoError(t, os.WriteFile(b.device.cfg.TokenFile, []byte("token-of-the-test"), 0o600))
	file := filepath.Join(b.dir, "open.html")
	synctest.Test(t, func(t *testing.T) {
		require.NoError(t, b.leadOn("https://fleet.example.com/1"))
		<-time.After(redirectFor - time.Second)
		reader, err := os.Open(file)
		require.NoError(t, err)
		defer reader.Close()
		require.NoError(t, b.leadOn("https://fleet.example.com/2"))
		first, err := io.ReadAll(reader)
		require.NoError(t, err)
		require.Contains(t, string(first), "https://fleet.example.com/1")
		<-time.After(redirectFor - time.Second)
		require.FileExists(t, file)
		<-time.After(2 * time.Second)
		synctest.Wait()
		require.NoFileExists(t, file)
	})
}

func TestContactOpensAsItIs(t *testing.T) {
	opened := opener(t, "")
	require.NoError(t, newBrowser(t).Open(t.Context(), agent.Contact, "https://help.example.com/?a=1&b=2"))
	argument, err := os.ReadFile(opened)
	require.NoError(t, err)
	require.Equal(t, "https://help.example.com/?a=1&b=2\n", string(argument))
}

func TestBrowserThatFails(t *testing.T) {
	opener(t, "echo no display >&2; exit 3")
	b := newBrowser(t)
	err := b.Open(t.Context(), agent.Contact, "https://help.example.com")
	require.ErrorContains(t, err, "exit status 3")
	require.ErrorContains(t, err, "no display")
	t.Setenv("PATH", t.TempDir())
	require.ErrorContains(t, b.Open(t.Context(), agent.Contact, "https://help.example.com"), "opening the browser")
	require.NoError(t, os.WriteFile(b.device.cfg.TokenFile, []byte("token-of-the-test"), 0o600))
	err = b.Open(t.Context(), agent.MyDevice, "")
	require.Error(t, err)
	require.False(t, strings.Contains(err.Error(), "token-of-the-test"))
}
