package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/rs/zerolog"
	"github.com/urfave/cli/v3"
	"gopkg.in/natefinch/lumberjack.v2"

	"fleetmigrate/agent/daemon"
	"fleetmigrate/agent/options"
)

func runCommand(getenv func(string) string) *cli.Command {
	return &cli.Command{
		Name:  "run",
		Usage: "run the daemon; launchd does this",
		Description: "It enrolls this Mac with the Fleet server, gives the desktop its token, answers for\n" +
			"the Mac's vitals, publishes facts and policy, opens Remote Management when the\n" +
			"server asks for it, and removes the agent when that is configured.\n\n" +
			"Examples:\n" +
			"  sudo orbit run                     as launchd starts it\n" +
			"  orbit run --root-dir /tmp/orbit --host-root /tmp/mac --log-file - --fleet-url http://localhost:8080",
		Flags: optionFlags(),
		Action: func(ctx context.Context, cmd *cli.Command) error {
			if err := noArguments(cmd); err != nil {
				return err
			}
			s, err := sources(cmd, getenv)
			if err != nil {
				return err
			}
			return runDaemon(ctx, s, cmd.Root().ErrWriter)
		},
	}
}

func runDaemon(ctx context.Context, s *options.Sources, stderr io.Writer) error {
	config := s.Load().Config
	log, closeLog := openLog(config, stderr)
	defer closeLog()
	log.Info().Str("version", buildVersion()).Str("root_dir", config.RootDir).Msg("orbit starts")
	if daemon.Leaving(config.RootDir) {
		log.Warn().Msg("a removal of the agent was cut off; finishing it")
		return leave(config, log)
	}
	d := daemon.Daemon{Sources: s, Config: config, Version: buildVersion(), Dial: daemon.DialFleet("orbit/" + buildVersion()), Log: log}
	err := d.Run(ctx)
	switch {
	case errors.Is(err, daemon.ErrDone):
		return leave(config, log)
	case err != nil:
		log.Error().Err(err).Msg("orbit stops")
		return err
	}
	log.Info().Msg("orbit stopped")
	return nil
}

const leaveTimeout = 2 * time.Minute

// leave takes the agent off the Mac. It has a time of its own: the last step
// makes launchd end this process.
func leave(c options.Config, log zerolog.Logger) error {
	ctx, cancel := context.WithTimeout(context.Background(), leaveTimeout)
	defer cancel()
	r := removal(ctx, c)
	r.Daemon = true
	err := r.Run(ctx, func(s daemon.Step, err error) {
		if err != nil {
			log.Error().Err(err).Msg(s.What)
			return
		}
		log.Info().Msg(s.What)
	})
	if err == nil {
		log.Info().Msg("the agent is removed; this log is all that is left")
	}
	return err
}

// openLog gives the log. One that can't be written is no reason not to migrate:
// then it goes to standard error.
func openLog(c options.Config, stderr io.Writer) (zerolog.Logger, func()) {
	zerolog.TimeFieldFormat = "2006-01-02T15:04:05.000Z07:00" // the desktop's too: the two are read side by side
	level := zerolog.InfoLevel
	if c.Debug {
		level = zerolog.DebugLevel
	}
	logger := func(w io.Writer) zerolog.Logger { return zerolog.New(w).Level(level).With().Timestamp().Logger() }
	if c.LogFile == "-" {
		return logger(stderr), func() {}
	}
	if err := tryLog(c.LogFile); err != nil {
		fmt.Fprintln(stderr, "orbit: the log goes to standard error:", err)
		return logger(stderr), func() {}
	}
	file := &lumberjack.Logger{Filename: c.LogFile, MaxSize: 10, MaxBackups: 3}
	return logger(file), func() { file.Close() }
}

// tryLog reports what would keep a log from being written. A pipe would keep the
// daemon waiting for a reader, for ever.
func tryLog(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY|syscall.O_NONBLOCK, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return fmt.Errorf("%s is not a regular file", path)
	}
	return nil
}
