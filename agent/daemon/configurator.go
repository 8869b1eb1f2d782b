package daemon

import (
	"context"
	"path/filepath"
	"reflect"

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
	told    map[string]bool // problems that were logged
	saved   bool
}

// NewConfigurator reads and keeps the first configuration. give are those who
// get each one.
func NewConfigurator(s *options.Sources, first options.Config, board *Board, log zerolog.Logger, give ...Latest[options.Config]) *Configurator {
	return &Configurator{sources: s, first: first, board: board, log: log, give: give, told: map[string]bool{}}
}

// Run watches until ctx ends; then it returns nil.
func (c *Configurator) Run(ctx context.Context) error {
	changes := host.WatchFiles(ctx, c.sources.Files(c.first)...)
	for {
		c.apply()
		if _, more := <-changes; !more {
			return nil
		}
	}
}

func (c *Configurator) apply() {
	r, err := c.sources.Keep()
	if err != nil {
		c.log.Error().Err(err).Msg("what profiles say can't be kept; if they are removed now, it is lost")
	}
	r.Config.RootDir, r.Config.HostRoot = c.first.RootDir, c.first.HostRoot
	c.report(r.Problems)
	c.publish(r.Config)
	for _, g := range c.give {
		g.Put(r.Config)
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
	if c.saved && reflect.DeepEqual(c.last, conf.Policy) {
		return
	}
	err := policy.Save(filepath.Join(conf.Var(), "policy.json"), conf.Policy)
	c.saved, c.last = err == nil, conf.Policy
	if err != nil {
		c.log.Error().Err(err).Msg("the desktop's policy can't be published; the old one stands")
		return
	}
	c.log.Info().Str("server", conf.Policy.FleetURL).Msg("published the policy")
}
