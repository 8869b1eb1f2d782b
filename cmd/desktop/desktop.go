package main

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"github.com/rs/zerolog"

	"fleetmigrate/agent"
	"fleetmigrate/agent/host"
	"fleetmigrate/agent/prompt"
	"fleetmigrate/swiftdialog"
)

// localtime is where macOS and Linux keep the time zone.
const localtime = "/etc/localtime"

// startedUp is when all that a start needs once has been used; its memory goes
// back then, as this process lives for weeks.
const startedUp = 30 * time.Second

// stopWithin is how long the rest may take once the tray is gone.
const stopWithin = 2 * time.Second

// desktop wires everything and runs until ctx ends. The tray takes the main
// thread, as AppKit demands; the rest runs beside it.
func desktop(ctx context.Context, cfg config, log zerolog.Logger) error {
	if err := os.MkdirAll(cfg.StateDir, 0o700); err != nil {
		return fmt.Errorf("making the state folder: %w", err)
	}
	unlock, err := lock(filepath.Join(cfg.StateDir, "lock"))
	if err != nil {
		return err
	}
	defer unlock()
	pictures := filepath.Join(cfg.StateDir, "pictures")
	if err := prompt.Unpack(pictures); err != nil {
		log.Warn().Err(err).Msg("dialogs will have no pictures")
		pictures = ""
	}
	if cleared, err := swiftdialog.Sweep(); cleared > 0 || err != nil {
		log.Info().Int("windows", cleared).Err(err).Msg("dialogs of an agent that was killed are closed")
	}
	in := newInputs(cfg, log)
	dev := newDevice(cfg, buildVersion())
	dialogs := newDialogs(log, in.macOS, places...)
	web := newWeb(dev, cfg.StateDir)
	web.tidy()
	defer web.tidy()
	menu := newTray()
	apply := func() agent.PolicyChanged {
		p := in.policy()
		dev.configure(p)
		dialogs.configure(p.SwiftDialog)
		return agent.PolicyChanged{Policy: p}
	}
	first := apply()
	a := agent.New(agent.Ports{
		Device: dev, Mac: in.mac, Dialogs: dialogs, Tray: menu, Browser: web, Clipboard: clipboard{}, Logos: logos{dev, cfg.StateDir},
	}, agent.Config{
		Dir: cfg.StateDir, Version: buildVersion(), Pictures: pictures, Policy: first.Policy, DialogTool: dialogs.tool,
		Zone: host.NewZone(localtime).Location,
	}, log)
	log.Info().Str("version", buildVersion()).Str("server", shown(first.Policy.FleetURL)).Str("state_dir", cfg.StateDir).Msg("Fleet Desktop starts")

	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan struct{})
	start := func() {
		go func() {
			defer close(done)
			defer cancel()
			go in.watch(ctx, a, apply)
			_ = a.Run(ctx) // it returns nil, when ctx ended
		}()
	}
	defer time.AfterFunc(startedUp, debug.FreeOSMemory).Stop()
	if err := menu.run(ctx, a.Post, start); err != nil {
		return err
	}
	cancel()
	select {
	case <-done:
	case <-time.After(stopWithin):
		log.Warn().Msg("something did not stop in time")
	}
	log.Info().Msg("Fleet Desktop stopped")
	return nil
}

// shown is a URL without the password that somebody may have put into it.
func shown(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "(not a URL)"
	}
	return u.Redacted()
}
