package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/rs/zerolog"
	"gopkg.in/natefinch/lumberjack.v2"
)

// openLog gives the log. A log that can't be written is no reason not to
// migrate: then it goes to standard error.
func openLog(cfg config, stderr io.Writer) (zerolog.Logger, func(), error) {
	zerolog.DurationFieldInteger = true
	zerolog.TimeFieldFormat = "2006-01-02T15:04:05.000Z07:00" // orbit's too: the two are read side by side
	if cfg.LogFile == "-" {
		return logger(stderr), func() {}, nil
	}
	if err := os.MkdirAll(filepath.Dir(cfg.LogFile), 0o700); err != nil {
		return logger(stderr), func() {}, fmt.Errorf("making the log folder: %w", err)
	}
	file := &lumberjack.Logger{Filename: cfg.LogFile, MaxSize: 5, MaxBackups: 3, MaxAge: 90}
	return logger(file), func() { file.Close() }, nil
}

func logger(w io.Writer) zerolog.Logger {
	return zerolog.New(w).With().Timestamp().Str("component", "desktop").Logger()
}
