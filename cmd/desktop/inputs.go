package main

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/rs/zerolog"

	"fleetmigrate/agent"
	"fleetmigrate/agent/host"
	"fleetmigrate/agent/policy"
)

// inputs are the files that others write for this desktop. They are watched,
// never polled.
type inputs struct {
	cfg                      config
	log                      zerolog.Logger
	mac                      agent.Mac
	last                     policy.Policy
	policyFile, pause, facts string
}

func newInputs(cfg config, log zerolog.Logger) *inputs {
	in := &inputs{
		cfg: cfg, log: log,
		policyFile: filepath.Join(cfg.DataDir, "policy.json"),
		pause:      filepath.Join(cfg.DataDir, "pause.json"),
		facts:      filepath.Join(cfg.DataDir, "facts.json"),
	}
	if cfg.Host == "system" {
		in.mac = host.NewSession(host.Commands{Root: cfg.HostRoot}, in.facts, os.Getuid())
	} else {
		in.facts = cfg.Host
		in.mac = host.NewFile(cfg.Host)
	}
	return in
}

// macOS is the version of the system; "" where it can't be told.
func (in *inputs) macOS(ctx context.Context) string {
	if in.cfg.Host != "system" {
		facts, _ := in.mac.Facts(ctx) // unreadable facts have no version, and are reported elsewhere
		return facts.OSVersion
	}
	out, err := host.Commands{Root: in.cfg.HostRoot}.Run(ctx, "os-version")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(out.Stdout)
}

// policy is what IT decided, or the last that could be read: a damaged file
// changes nothing.
func (in *inputs) policy() policy.Policy {
	p, err := policy.Load(in.policyFile)
	switch {
	case errors.Is(err, fs.ErrNotExist): // companion mode, or orbit has not started yet
	case err != nil:
		in.log.Error().Err(err).Msg("the policy can't be used; the last good one stands")
	default:
		in.last = p
	}
	return in.cfg.over(in.last)
}

// watch posts an event for every file that changes, until ctx ends.
func (in *inputs) watch(ctx context.Context, a *agent.Agent, apply func() agent.PolicyChanged) {
	a.Post(agent.PauseChanged{Pause: in.readPause()})
	for path := range host.WatchFiles(ctx, in.cfg.TokenFile, in.facts, in.policyFile, in.pause) {
		switch path {
		case in.cfg.TokenFile:
			a.Post(agent.TokenChanged{})
		case in.facts:
			a.Post(agent.HostChanged{})
		case in.policyFile:
			a.Post(apply())
			a.Post(agent.TokenChanged{}) // another server deserves a poll of its own
		case in.pause:
			a.Post(agent.PauseChanged{Pause: in.readPause()})
		}
	}
}

// readPause reads the support brake. It counts only if root wrote it, or
// whoever owns the data directory where that is not root (on a test machine):
// nobody may keep his own Mac from being prompted.
func (in *inputs) readPause() agent.Pause {
	var p agent.Pause
	data, err := os.ReadFile(in.pause)
	if err != nil {
		return p
	}
	if !sameOwner(in.pause, in.cfg.DataDir) {
		in.log.Warn().Str("file", in.pause).Msg("the pause file is not owned like its folder; it does not count")
		return p
	}
	if err := json.Unmarshal(data, &p); err != nil {
		in.log.Warn().Err(err).Str("file", in.pause).Msg("the pause file can't be read; it does not count")
		return agent.Pause{}
	}
	return p
}

func sameOwner(file, dir string) bool {
	f, err1 := os.Lstat(file)
	d, err2 := os.Stat(dir)
	if err1 != nil || err2 != nil || !f.Mode().IsRegular() {
		return false
	}
	fs, ok1 := f.Sys().(*syscall.Stat_t)
	ds, ok2 := d.Sys().(*syscall.Stat_t)
	return ok1 && ok2 && fs.Uid == ds.Uid
}
