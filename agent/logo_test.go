package agent

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/require"

	"fleetmigrate/agent/prompt"
	"fleetmigrate/pkg/deviceclient"
)

// slowLogos takes long for one address, and notes how many fetches there were
// at once.
type slowLogos struct {
	slow      string
	now, most int
}

func (l *slowLogos) Logo(_ context.Context, light, _ string) (prompt.Logo, error) {
	l.now++
	l.most = max(l.most, l.now)
	if light == l.slow {
		<-time.After(8 * time.Second)
	}
	l.now--
	return prompt.Logo{Light: light}, nil
}

// IT gives another logo while the old one is still on its way: the old one,
// which comes last, must not stand for a day.
func TestTheNewLogoStands(t *testing.T) {
	const old, another = "https://acme.example.com/old.png", "https://acme.example.com/new.png"
	synctest.Test(t, func(t *testing.T) {
		d, logos := newDesk(deviceclient.Voluntary), &slowLogos{slow: old}
		d.summary.Config.OrgInfo.OrgLogoURLLightBackground = old
		a := New(Ports{Device: d, Mac: d, Dialogs: d, Tray: d, Browser: d, Logos: logos}, Config{}, zerolog.Nop())
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- a.Run(ctx) }()
		after(time.Second)
		d.set(func() { d.summary.Config.OrgInfo.OrgLogoURLLightBackground = another })
		a.Post(TokenChanged{})
		after(time.Minute)
		stop()
		require.NoError(t, <-done)
		require.Equal(t, another, a.m.Logo.Light)
		require.Equal(t, 1, logos.most, "two at once would write over each other's files")
	})
}
