package agent

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/require"

	"fleetmigrate/agent/host"
	"fleetmigrate/agent/policy"
	"fleetmigrate/agent/prompt"
	"fleetmigrate/pkg/deviceclient"
	"fleetmigrate/swiftdialog"
)

// desk is everything around an Agent, on the clock of a synctest bubble.
type desk struct {
	mu      sync.Mutex
	mac     host.Facts
	summary deviceclient.Summary
	err     error // of the next polls
	polls   []time.Time
	migrate func() error
	menus   []Menu
	dialogs []*fakeDialog
	opened  []Page
	logos   []time.Time
	logoErr error
	log     bytes.Buffer
}

func newDesk(mode deviceclient.Mode) *desk {
	d := &desk{summary: summary(mode, true, false), migrate: func() error { return nil }}
	d.mac = host.Facts{OSVersion: "15.1", ConsoleUser: host.ConsoleUser{Name: "jo", UID: 501}, ADE: host.ADE{Assigned: true},
		Enrollment: host.Enrollment{Enrolled: true, ServerURL: oldURL}}
	return d
}

func (d *desk) Summary(context.Context) (*deviceclient.Summary, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.polls = append(d.polls, time.Now())
	s := d.summary
	return &s, d.err
}

func (d *desk) MigrateMDM(context.Context) error { return d.migrate() }

func (d *desk) Facts(context.Context) (host.Facts, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.mac, nil
}

func (d *desk) Render(m Menu) { d.menus = append(d.menus, m) }

func (d *desk) Open(_ context.Context, page Page, _ string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.opened = append(d.opened, page)
	return nil
}

func (d *desk) Logo(context.Context, string, string) (prompt.Logo, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.logos = append(d.logos, time.Now())
	return prompt.Logo{}, d.logoErr
}

// fakeDialog stays open until it is pressed or stopped.
type fakeDialog struct {
	end     chan swiftdialog.Ending
	updates []swiftdialog.Update
}

// Show opens a dialog that goes with ctx, as swiftDialog's does.
func (d *desk) Show(ctx context.Context, _ swiftdialog.Options) (Dialog, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	dialog := &fakeDialog{end: make(chan swiftdialog.Ending, 2)}
	context.AfterFunc(ctx, dialog.Stop)
	d.dialogs = append(d.dialogs, dialog)
	return dialog, nil
}

func (f *fakeDialog) Update(u swiftdialog.Update) error { f.updates = append(f.updates, u); return nil }
func (f *fakeDialog) Stop()                             { f.end <- swiftdialog.Interrupted }
func (f *fakeDialog) Wait() swiftdialog.Result          { return swiftdialog.Result{Ending: <-f.end} }

// live runs an agent in a bubble until the test body returns.
func live(t *testing.T, d *desk, cfg Config, body func(*Agent)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		cfg.Policy.FleetURL = fleetURL
		a := New(Ports{Device: d, Mac: d, Dialogs: d, Tray: d, Browser: d, Logos: d}, cfg, zerolog.New(zerolog.SyncWriter(&d.log)))
		done := make(chan error, 1)
		go func() { done <- a.Run(ctx) }()
		synctest.Wait()
		body(a)
		stop()
		require.NoError(t, <-done)
	})
}

// after lets time pass, and everything that follows from it happen.
func after(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

func (d *desk) set(change func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	change()
}

// asked is how often the server was polled, and the logo fetched.
func (d *desk) asked() (polls, logos int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.polls), len(d.logos)
}

func (d *desk) requirePolls(t *testing.T, n int, why string) {
	t.Helper()
	polls, _ := d.asked()
	require.Equal(t, n, polls, why)
}

func (d *desk) gaps() (gaps []time.Duration) {
	for i := 1; i < len(d.polls); i++ {
		gaps = append(gaps, d.polls[i].Sub(d.polls[i-1]))
	}
	return gaps
}

func TestPollsWithJitter(t *testing.T) {
	d := newDesk(deviceclient.Voluntary)
	drawn := 0
	live(t, d, Config{}, func(*Agent) {
		drawn = len(d.menus) // which of server and Mac answers first is open
		after(24 * time.Hour)
	})
	require.InDelta(t, 24*12, len(d.polls), 24)
	for _, gap := range d.gaps() {
		require.InDelta(t, 5*time.Minute, gap, float64(30*time.Second))
	}
	require.Len(t, d.menus, drawn, "no menu is drawn without a change")
}

func TestPollsBackOff(t *testing.T) {
	for name, tt := range map[string]struct {
		random float64
		gaps   []time.Duration
	}{
		"longest":  {1, []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 16 * time.Minute, 30 * time.Minute, 30 * time.Minute}},
		"shortest": {0, []time.Duration{backoffFloor, backoffFloor, backoffFloor}},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(deviceclient.Voluntary)
			d.err = &deviceclient.StatusError{StatusCode: http.StatusBadGateway}
			live(t, d, Config{Rand: func() float64 { return tt.random }}, func(*Agent) { after(12 * time.Hour) })
			require.Equal(t, tt.gaps, d.gaps()[:len(tt.gaps)])
			require.Equal(t, 1, strings.Count(d.log.String(), "polling the server"), "a failure is told once, not at every poll")
		})
	}
}

func TestRetryAfterIsHonored(t *testing.T) {
	d := newDesk(deviceclient.Voluntary)
	d.err = &deviceclient.StatusError{StatusCode: http.StatusTooManyRequests, RetryAfter: 20 * time.Minute}
	live(t, d, Config{}, func(a *Agent) {
		for range 19 {
			a.Post(MenuOpened{})
			a.Post(TokenChanged{})
			after(time.Minute)
		}
		d.requirePolls(t, 1, "nothing may ask the server earlier")
		after(4 * time.Minute)
		d.requirePolls(t, 2, "the time is over")
	})
}

func TestMenuAndTokenPollAtOnce(t *testing.T) {
	d := newDesk(deviceclient.Voluntary)
	live(t, d, Config{}, func(a *Agent) {
		a.Post(MenuOpened{})
		after(time.Second)
		d.requirePolls(t, 1, "the summary is younger than 15 s")
		after(menuFresh)
		a.Post(MenuOpened{})
		synctest.Wait()
		d.requirePolls(t, 2, "the menu is open")
		a.Post(TokenChanged{})
		synctest.Wait()
		d.requirePolls(t, 3, "the token is new")
	})
}

// A dialog that stays open holds up nothing.
func TestDialogBlocksNothing(t *testing.T) {
	d := newDesk(deviceclient.Forced)
	live(t, d, Config{}, func(a *Agent) {
		require.Len(t, d.dialogs, 1)
		after(time.Hour)
		polls, _ := d.asked()
		require.Greater(t, polls, 10)
		a.Post(Clicked{ItemMyDevice})
		synctest.Wait()
		require.Equal(t, []Page{MyDevice}, d.opened)
		a.Post(Clicked{ItemMigrate})
		synctest.Wait()
		require.Equal(t, []swiftdialog.Update{{Front: true}}, d.dialogs[0].updates)
	})
	require.Len(t, d.dialogs, 1)
	require.Contains(t, d.log.String(), `"ending":"interrupted"`, "it goes with the agent")
}

// The consent is on disk before the request that it allows.
func TestConsentIsWrittenFirst(t *testing.T) {
	d, dir := newDesk(deviceclient.Forced), t.TempDir()
	var onDisk stateFile
	d.migrate = func() error {
		data, err := os.ReadFile(filepath.Join(dir, "state.json"))
		return errors.Join(err, json.Unmarshal(data, &onDisk), &deviceclient.StatusError{StatusCode: http.StatusBadRequest})
	}
	live(t, d, Config{Dir: dir}, func(*Agent) {
		d.dialogs[0].end <- swiftdialog.Agreed
		synctest.Wait()
		require.Equal(t, Requesting, onDisk.State)
		require.NotNil(t, onDisk.Consent)
		require.Equal(t, 1, onDisk.Consent.Tries)
	})
}

func TestDamagedStateIsSetAside(t *testing.T) {
	for name, content := range map[string]string{"cut": `{"version":1,"sta`, "newer": `{"version":99}`, "empty": "", "zeros": "\x00\x00\x00"} {
		t.Run(name, func(t *testing.T) {
			d, dir := newDesk(deviceclient.Voluntary), t.TempDir()
			require.NoError(t, os.WriteFile(filepath.Join(dir, "state.json"), []byte(content), 0o600))
			live(t, d, Config{Dir: dir}, func(*Agent) {})
			aside, err := filepath.Glob(filepath.Join(dir, "state.json.damaged-*"))
			require.NoError(t, err)
			require.Len(t, aside, 1)
			kept, err := os.ReadFile(aside[0])
			require.NoError(t, err)
			require.Equal(t, content, string(kept))
			require.Contains(t, d.log.String(), "set aside as")
			status, err := LoadStatus(filepath.Join(dir, "status.json"))
			require.NoError(t, err)
			require.Equal(t, Offered, status.State)
		})
	}
}

// A folder that can't be written keeps nobody from migrating.
func TestUnwritableStateFolder(t *testing.T) {
	d := newDesk(deviceclient.Forced)
	live(t, d, Config{Dir: filepath.Join(t.TempDir(), "missing")}, func(*Agent) {
		d.dialogs[0].end <- swiftdialog.Agreed
		synctest.Wait()
		require.Len(t, d.dialogs, 2)
	})
	require.Contains(t, d.log.String(), "the state could not be written")
}

// A logo that could not be fetched is fetched again, one that could is looked
// at once a day.
func TestLogoIsFetchedAgain(t *testing.T) {
	d := newDesk(deviceclient.Voluntary)
	d.summary.Config.OrgInfo.OrgLogoURL = "https://acme.example.com/logo.png"
	d.logoErr = errors.New("no route to acme.example.com")
	live(t, d, Config{Policy: policy.Policy{}}, func(*Agent) {
		after(30 * time.Minute)
		_, failed := d.asked()
		require.Greater(t, failed, 3)
		d.set(func() { d.logoErr = nil })
		after(40 * time.Minute)
		_, good := d.asked()
		after(23 * time.Hour)
		_, later := d.asked()
		require.Equal(t, good, later)
		after(time.Hour)
		_, later = d.asked()
		require.Equal(t, good+1, later)
	})
	require.Equal(t, 1, strings.Count(d.log.String(), "could not be fetched"))
}

// A logo that never comes is not asked for with every poll.
func TestLogoThatNeverComes(t *testing.T) {
	d := newDesk(deviceclient.Voluntary)
	d.logoErr = errors.New("it is larger than 2 MiB")
	live(t, d, Config{}, func(*Agent) {
		after(48 * time.Hour)
		polls, logos := d.asked()
		require.Greater(t, polls, 500)
		require.Less(t, logos, 15)
	})
}

func TestPostAfterTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(deviceclient.Voluntary)
		a := New(Ports{Device: d, Mac: d, Dialogs: d, Tray: d, Browser: d, Logos: d}, Config{}, zerolog.Nop())
		ctx, stop := context.WithCancel(t.Context())
		stop()
		require.NoError(t, a.Run(ctx))
		a.Post(MenuOpened{}) // it returns: nobody is left to take it
	})
}
