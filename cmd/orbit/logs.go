package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
	"time"

	"github.com/rs/zerolog"
	"github.com/urfave/cli/v3"

	"fleetmigrate/agent/host"
)

func logsCommand(getenv func(string) string) *cli.Command {
	return &cli.Command{
		Name:  "logs",
		Usage: "print the end of the daemon's log",
		Description: "Examples:\n" +
			"  sudo orbit logs           the last 50 lines\n" +
			"  sudo orbit logs -n 500 --json\n" +
			"  sudo orbit logs --follow  and what comes, until you press Ctrl-C",
		Flags: append([]cli.Flag{
			&cli.IntFlag{Name: "lines", Aliases: []string{"n"}, Value: 50, Usage: "how many lines"},
			&cli.BoolFlag{Name: "follow", Aliases: []string{"f"}, Usage: "go on with what comes"},
			&cli.BoolFlag{Name: "json", Usage: "the lines as they are"},
		}, optionFlags("log-file")...),
		Action: func(ctx context.Context, cmd *cli.Command) error {
			c, err := loaded(cmd, getenv)
			if err != nil {
				return err
			}
			if c.LogFile == "-" {
				return usageError{errors.New("this daemon logs to standard error, as its option log-file says")}
			}
			out := cmd.Root().Writer
			if !cmd.Bool("json") {
				out = zerolog.ConsoleWriter{Out: out, NoColor: true, TimeFormat: time.DateTime, FormatMessage: message}
			}
			return tail(ctx, c.LogFile, max(0, cmd.Int("lines")), cmd.Bool("follow"), out)
		},
	}
}

// maxTail is how much of the log's end is looked at.
const maxTail = 4 << 20

func tail(ctx context.Context, path string, lines int, follow bool, out io.Writer) error {
	var changes <-chan string
	if follow { // watch first: what comes in between is not lost
		changes = host.WatchFiles(ctx, path)
	}
	end, err := lastLines(path, lines, out)
	if err != nil || !follow {
		return err
	}
	for range changes {
		if end, err = newLines(path, end, out); err != nil {
			return err
		}
	}
	return nil
}

func lastLines(path string, lines int, out io.Writer) (end int64, err error) {
	f, info, err := openFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, fmt.Errorf("there is no log at %s: has the daemon run? see orbit doctor", path)
	}
	if err != nil {
		return 0, needsRoot("reading the log", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.NewSectionReader(f, max(0, info.Size()-maxTail), maxTail))
	if err != nil {
		return 0, fmt.Errorf("reading the log: %w", err)
	}
	all := bytes.SplitAfter(bytes.TrimRight(data, "\n"), []byte("\n"))
	for _, line := range all[max(0, len(all)-lines):] {
		writeLine(out, line)
	}
	return info.Size(), nil
}

// openFile opens a regular file, and never waits for a pipe's other end.
func openFile(path string) (*os.File, fs.FileInfo, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is not a regular file", path)
	}
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return f, info, nil
}

// newLines prints what was added; a log that is shorter now was rotated.
func newLines(path string, from int64, out io.Writer) (end int64, err error) {
	f, info, err := openFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil // being rotated
	}
	if err != nil {
		return from, needsRoot("reading the log", err)
	}
	defer f.Close()
	if info.Size() < from {
		from = 0
	}
	data, err := io.ReadAll(io.NewSectionReader(f, from, maxTail))
	if err != nil {
		return from, fmt.Errorf("reading the log: %w", err)
	}
	whole := bytes.LastIndexByte(data, '\n') + 1
	for _, line := range bytes.SplitAfter(data[:whole], []byte("\n")) {
		writeLine(out, line)
	}
	return from + int64(whole), nil
}

// message is the one field that zerolog prints as it came.
func message(m any) string {
	text, _ := m.(string)
	return plain(text)
}

// writeLine prints a line; one that is no JSON is printed as it is, but plain.
func writeLine(out io.Writer, line []byte) {
	line = bytes.TrimRight(line, "\n")
	if len(line) == 0 {
		return
	}
	if console, ok := out.(zerolog.ConsoleWriter); ok {
		if _, err := console.Write(line); err != nil {
			fmt.Fprintln(console.Out, plain(string(line)))
		}
		return
	}
	fmt.Fprintf(out, "%s\n", line)
}
