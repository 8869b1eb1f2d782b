package swiftdialog_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/swiftdialog"
	standin "fleetmigrate/testdata/swiftdialog"
)

// standIn lays out a stand-in that behaves as told; its transcripts lie beside it.
func standIn(t *testing.T, c standin.Control) string {
	t.Helper()
	dir := t.TempDir()
	c.Dir = filepath.Join(dir, "Dialog.app", "transcripts")
	path, err := standin.Install(dir, binary, c)
	require.NoError(t, err)
	return path
}

// tried are the windows that a stand-in was asked for.
func tried(t *testing.T, path string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(path, "..", "..", "..", "transcripts", "window-*"))
	require.NoError(t, err)
	return files
}

// osascript is a stand-in that keeps what it was given and says what it is told.
func osascript(t *testing.T, ends string) (path, said string) {
	t.Helper()
	dir := t.TempDir()
	path, said = filepath.Join(dir, "osascript"), filepath.Join(dir, "said")
	script := "#!/bin/sh\necho \"$1 $2\" >'" + said + "'\ncat \"$4\" >>'" + said + "'\n" + ends + "\n"
	require.NoError(t, os.WriteFile(path, []byte(script), 0o755))
	return path, said
}

var question = swiftdialog.Options{
	Message: "## Migrate\n\nAcme \\(Europe\\) is **moving** this Mac.", Button1: "Start", Button2: "Later", InfoButton: "Contact", Width: 700, Height: 400,
}

func TestWhereSwiftDialogWorksItDraws(t *testing.T) {
	path := standIn(t, standin.Control{Profile: "2.5.6", Ends: []standin.End{{How: "press1"}}})
	e := swiftdialog.NewEither(swiftdialog.New(swiftdialog.Config{Path: path}), swiftdialog.NewPlain("/none"))
	w, err := e.Show(t.Context(), question)
	require.NoError(t, err)
	require.Equal(t, swiftdialog.Agreed, w.Wait().Ending)
	require.Empty(t, e.Downgraded())
}

// TestThePlainDialogStandsIn holds that whatever is wrong with swiftDialog, the
// person is asked all the same, and that what they press means the same.
func TestThePlainDialogStandsIn(t *testing.T) {
	for name, tt := range map[string]struct {
		path    func(*testing.T) string
		config  swiftdialog.Config
		says    string
		windows int // that swiftDialog tried at most: what it says tells that they were as many
	}{
		"missing":     {func(*testing.T) string { return "/none/Dialog.app/Contents/MacOS/Dialog" }, swiftdialog.Config{}, "not there", 0},
		"wrong macOS": {func(t *testing.T) string { return standIn(t, standin.Control{Profile: "3.1.0"}) }, swiftdialog.Config{MacOS: "14.6"}, "needs 15.0", 0},
		"too old":     {func(t *testing.T) string { return standIn(t, standin.Control{Profile: "2.2.1"}) }, swiftdialog.Config{}, "older than", 0},
		"crashes": {func(t *testing.T) string {
			return standIn(t, standin.Control{Profile: "2.5.6", Ends: []standin.End{{How: "crash"}}})
		}, swiftdialog.Config{StartWithin: eventually}, "crashed", 3},
		"wants a key": {func(t *testing.T) string { return standIn(t, standin.Control{Profile: "2.5.6", Key: "x"}) },
			swiftdialog.Config{StartWithin: eventually}, "authorisation key", 3},
		"opens nothing": {func(t *testing.T) string { return standIn(t, standin.Control{Profile: "3.1.0", NoRead: true}) },
			swiftdialog.Config{StartWithin: 100 * time.Millisecond}, "no window", 1},
	} {
		t.Run(name, func(t *testing.T) {
			tool, said := osascript(t, `printf '{"button":"1"}'`)
			path := tt.path(t)
			tt.config.Path = path
			e := swiftdialog.NewEither(swiftdialog.New(tt.config), swiftdialog.NewPlain(tool))
			w, err := e.Show(t.Context(), question)
			require.NoError(t, err)
			require.Equal(t, swiftdialog.Agreed, w.Wait().Ending)
			require.Contains(t, e.Downgraded(), tt.says)
			text, err := os.ReadFile(said)
			require.NoError(t, err)
			require.JSONEq(t, `{"title":"Migrate","text":"Acme (Europe) is moving this Mac.","default":0,"cancel":1,
				"buttons":[{"label":"Start","means":"1"},{"label":"Later","means":"2"},{"label":"Contact","means":"info"}]}`, string(text[len("-l JavaScript\n"):]))
			require.LessOrEqual(t, len(tried(t, path)), tt.windows)
		})
	}
}

func TestPlainEndings(t *testing.T) {
	for ends, want := range map[string]swiftdialog.Ending{
		`printf '{"button":"1"}'`:    swiftdialog.Agreed,
		`printf '{"button":"2"}'`:    swiftdialog.Later,
		`printf '{"button":"info"}'`: swiftdialog.Help,
		`printf '{"button":""}'`:     swiftdialog.Dismissed,
		`printf '1'`:                 swiftdialog.Broken,
		`exit 0`:                     swiftdialog.Broken,
		`exit 1`:                     swiftdialog.Broken,
		`kill -TERM $$`:              swiftdialog.Interrupted,
		`kill -SEGV $$`:              swiftdialog.Broken,
	} {
		tool, _ := osascript(t, ends)
		d, err := swiftdialog.NewPlain(tool).Show(t.Context(), question)
		require.NoError(t, err)
		require.Equal(t, want, d.Wait().Ending, ends)
	}
	_, err := swiftdialog.NewPlain("/none").Show(t.Context(), question)
	require.ErrorIs(t, err, swiftdialog.ErrMissing)
}

func TestStoppingEither(t *testing.T) {
	slow, _ := osascript(t, "exec sleep 60")
	for name, e := range map[string]*swiftdialog.Either{
		"swiftDialog": swiftdialog.NewEither(swiftdialog.New(swiftdialog.Config{Path: standIn(t, standin.Control{Profile: "2.5.6"})}), swiftdialog.NewPlain("/none")),
		"plain":       swiftdialog.NewEither(swiftdialog.New(swiftdialog.Config{Path: "/none"}), swiftdialog.NewPlain(slow)),
	} {
		w, err := e.Show(t.Context(), question)
		require.NoError(t, err, name)
		require.NoError(t, w.Update(swiftdialog.Update{Message: "new"}), name)
		w.Stop()
		require.Equal(t, swiftdialog.Interrupted, w.Wait().Ending, name)
		ctx, cancel := context.WithCancel(t.Context())
		w, err = e.Show(ctx, question)
		require.NoError(t, err, name)
		cancel()
		require.Equal(t, swiftdialog.Interrupted, w.Wait().Ending, name)
	}
}

func TestNothingWorks(t *testing.T) {
	e := swiftdialog.NewEither(swiftdialog.New(swiftdialog.Config{Path: "/none"}), swiftdialog.NewPlain("/none"))
	_, err := e.Show(t.Context(), question)
	require.ErrorIs(t, err, swiftdialog.ErrMissing)
	crashing := standIn(t, standin.Control{Profile: "2.5.6", Ends: []standin.End{{How: "crash"}}})
	e = swiftdialog.NewEither(swiftdialog.New(swiftdialog.Config{Path: crashing}), swiftdialog.NewPlain("/none"))
	w, err := e.Show(t.Context(), question)
	require.NoError(t, err)
	r := w.Wait()
	require.Equal(t, swiftdialog.Broken, r.Ending)
	require.Contains(t, r.Detail, "/none")
}

// A person clicks again and again while a window is slow to open. Each click is
// an update; stopping waits for none of them.
func TestStoppingWaitsForNoUpdate(t *testing.T) {
	e := swiftdialog.NewEither(swiftdialog.New(swiftdialog.Config{Path: standIn(t, standin.Control{Profile: "2.5.6", NoRead: true}), StartWithin: time.Hour}), swiftdialog.NewPlain("/none"))
	w, err := e.Show(t.Context(), question)
	require.NoError(t, err)
	ended := make(chan error, 1)
	go func() {
		var err error
		for err == nil {
			err = w.Update(swiftdialog.Update{Front: true})
		}
		ended <- err
	}()
	<-time.After(200 * time.Millisecond) // by then one waits
	w.Stop()
	require.Equal(t, swiftdialog.Interrupted, w.Wait().Ending)
	require.ErrorIs(t, <-ended, swiftdialog.ErrClosed)
}

// TestAPlainWindowIsToldAnew: it can't be changed, so another takes its place;
// what was pressed in the last one counts.
func TestAPlainWindowIsToldAnew(t *testing.T) {
	tool, said := osascript(t, `if grep -q tomorrow "$4"; then printf '{"button":"2"}'; else exec sleep 1000; fi`)
	e := swiftdialog.NewEither(swiftdialog.New(swiftdialog.Config{Path: "/none"}), swiftdialog.NewPlain(tool))
	w, err := e.Show(t.Context(), question)
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		text, err := os.ReadFile(said)
		return err == nil && strings.Contains(string(text), "moving")
	}, eventually, 10*time.Millisecond)
	require.NoError(t, w.Update(swiftdialog.Update{Front: true}), "nothing new to say")
	require.NoError(t, w.Update(swiftdialog.Update{Message: question.Message}))
	require.NoError(t, w.Update(swiftdialog.Update{Message: "It comes back tomorrow."}))
	require.Equal(t, swiftdialog.Later, w.Wait().Ending)
}

func TestStoppingAPlainWindowThatIsToldAnew(t *testing.T) {
	tool, _ := osascript(t, "exec sleep 1000")
	e := swiftdialog.NewEither(swiftdialog.New(swiftdialog.Config{Path: "/none"}), swiftdialog.NewPlain(tool))
	w, err := e.Show(t.Context(), question)
	require.NoError(t, err)
	require.NoError(t, w.Update(swiftdialog.Update{Message: "It comes back tomorrow."}))
	w.Stop()
	require.Equal(t, swiftdialog.Interrupted, w.Wait().Ending)
}
