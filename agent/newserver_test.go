package agent

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/require"

	"fleetmigrate/agent/policy"
	"fleetmigrate/pkg/deviceclient"
	"fleetmigrate/swiftdialog"
)

// IT moves the Macs to another Fleet server while the old one has asked to be
// left alone for a day. The new one is asked at once, and nothing the old one
// said counts any more.
func TestAnotherServerStartsAfresh(t *testing.T) {
	d := newDesk(deviceclient.Voluntary)
	live(t, d, Config{}, func(a *Agent) {
		offered := func() bool { return d.menus[len(d.menus)-1].Items[ItemMigrate].Visible }
		require.True(t, offered())
		d.set(func() {
			d.err = &deviceclient.StatusError{StatusCode: http.StatusTooManyRequests, RetryAfter: 24 * time.Hour}
		})
		after(6 * time.Minute)
		before, _ := d.asked()
		d.set(func() { d.err = &deviceclient.StatusError{StatusCode: http.StatusServiceUnavailable} })
		a.Post(PolicyChanged{policy.Policy{FleetURL: "https://other.example.com"}})
		synctest.Wait()
		d.requirePolls(t, before+1, "the new server is asked at once")
		require.False(t, offered(), "the old server's wish is not the new one's")
		d.set(func() { d.err = nil })
		after(backoffBase)
		require.True(t, offered(), "its first failure is the first of all")
	})
}

// slowDesk answers a poll when it is let.
type slowDesk struct {
	*desk
	answer chan bool // whether the server asks for the migration
}

func (d *slowDesk) Summary(ctx context.Context) (*deviceclient.Summary, error) {
	select {
	case asks := <-d.answer:
		s := summary(deviceclient.Voluntary, asks, false)
		return &s, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func TestALateAnswerOfTheOldServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &slowDesk{newDesk(deviceclient.Voluntary), make(chan bool)}
		ctx, stop := context.WithCancel(t.Context())
		a := New(Ports{Device: d, Mac: d, Dialogs: d, Tray: d, Browser: d, Logos: d}, Config{Policy: policy.Policy{FleetURL: fleetURL}}, zerolog.Nop())
		done := make(chan error, 1)
		go func() { done <- a.Run(ctx) }()
		synctest.Wait()
		a.Post(PolicyChanged{policy.Policy{FleetURL: "https://other.example.com"}})
		d.answer <- true // the old server's
		synctest.Wait()
		require.Equal(t, Idle, a.m.State, "it is nobody's word")
		d.answer <- true // the new server's
		synctest.Wait()
		require.Equal(t, Offered, a.m.State)
		stop()
		require.NoError(t, <-done)
	})
}

// A restart while the server is away hides nothing that was there, and asks
// nobody by itself on the word of yesterday.
func TestRestartWithoutAServerKeepsTheOffer(t *testing.T) {
	for name, tt := range map[string]struct {
		link    Link
		offered bool
	}{"offline": {Offline, true}, "broken": {Unreachable, true}, "a free license": {Unlicensed, false}} {
		t.Run(name, func(t *testing.T) {
			s := newSim(t)
			s.answerFacts(nil)
			s.serverSays(deviceclient.Forced, true)
			s.end(swiftdialog.Later)
			s.crash()
			s.answerFacts(nil)
			s.step(SummaryFailed{tt.link})
			require.Equal(t, tt.offered, s.m.Menu().Items[ItemMigrate].Visible)
			shown := len(s.shown)
			s.wait(24 * time.Hour)
			require.Len(t, s.shown, shown)
			s.serverSays(deviceclient.Forced, false)
			require.False(t, s.m.Menu().Items[ItemMigrate].Visible, "its first word counts")
		})
	}
}
