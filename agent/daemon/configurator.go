package daemon

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"time"

	"github.com/rs/zerolog"

	"fleetmigrate/agent/host"
	"fleetmigrate/agent/options"
	"fleetmigrate/agent/policy"
)

// Configurator resolves the configuration again whenever one of its sources
// changes, keeps what profiles say, publishes the desktop's part of it, and
// hands it to the others. Nothing needs a restart but where the files lie.
type Configurator struct {
	sources *options.Sources
	board   *Board
	log     zerolog.Logger
	give    []Latest[options.Config]
	first   options.Config
	last    policy.Policy
	given   options.Config
	told    map[string]bool // problems that were logged
	heard   heard
	saved   bool
}

// NewConfigurator reads and keeps the first configuration. give are those who
// get each one.
func NewConfigurator(s *options.Sources, first options.Config, board *Board, log zerolog.Logger, give ...Latest[options.Config]) *Configurator {
	return &Configurator{sources: s, first: first, board: board, log: log, give: give, told: map[string]bool{}, heard: heard{}}
}

// Run watches until ctx ends; then it returns nil.
func (c *Configurator) Run(ctx context.Context) error {
	return c.follow(host.WatchFiles(ctx, c.sources.Files(c.first)...))
}

// reread is for what no watch tells: a mode that was mended, a disk that was
// full, a kernel without watches.
const reread = 5 * time.Minute

func (c *Configurator) follow(changes <-chan string) error {
	again := time.NewTicker(reread)
	defer again.Stop()
	c.apply(true)
	for {
		select {
		case _, more := <-changes:
			if !more {
				return nil
			}
			c.apply(true)
		case <-again.C:
			c.apply(false)
		}
	}
}

// apply takes what the sources say now. Where nothing is said to have changed,
// only a change is handed on.
func (c *Configurator) apply(changed bool) {
	r, err := c.sources.Keep()
	c.fail(err, "what profiles say can't be kept yet; a restart after they are removed loses it")
	r.Config.RootDir, r.Config.HostRoot = c.first.RootDir, c.first.HostRoot
	c.report(r.Problems)
	c.publish(r.Config)
	if !changed && reflect.DeepEqual(c.given, r.Config) {
		return
	}
	c.given = r.Config
	for _, g := range c.give {
		g.Put(r.Config)
	}
}

// fail logs an error once, until it is another or gone.
func (c *Configurator) fail(err error, message string) {
	if c.heard.news(message, err) && err != nil {
		c.log.Error().Err(err).Msg(message)
	}
}

// report logs each bad value once, and again if it comes back.
func (c *Configurator) report(problems []options.Problem) {
	now := map[string]bool{}
	for _, p := range problems {
		now[p.Error()] = true
		if !c.told[p.Error()] {
			c.log.Error().Str("option", p.Option).Msg("configuration: " + p.Error())
		}
	}
	c.told = now
	c.board.Set(func(s *Status) { s.Problems = problems })
}

func (c *Configurator) publish(conf options.Config) {
	path := filepath.Join(conf.Var(), "policy.json")
	if _, err := os.Lstat(path); err == nil && c.saved && reflect.DeepEqual(c.last, conf.Policy) {
		return
	}
	err := policy.Save(path, conf.Policy)
	c.saved, c.last = err == nil, conf.Policy
	if c.fail(err, "the desktop's policy can't be published; the old one stands"); err != nil {
		return
	}
	c.log.Info().Str("server", conf.Policy.FleetURL).Msg("published the policy")
}
