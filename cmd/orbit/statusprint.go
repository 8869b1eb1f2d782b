package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// print writes the report for a person. The answer comes first.
func (r report) print(w io.Writer, now time.Time) error {
	fmt.Fprintf(w, "Prompted now: %s. %s.\n", yesNo(r.Prompted), plain(strings.ToUpper(r.Why[:1])+r.Why[1:]))
	table := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	line := func(name, format string, args ...any) {
		fmt.Fprintf(table, "  %s\t%s\n", plain(name), plain(fmt.Sprintf(format, args...)))
	}
	section := func(name string) { fmt.Fprintf(table, "\n%s\n", name) }
	if r.Pause != nil {
		line("paused", "until %s: %s", clock(r.Pause.Until, now), r.Pause.Why)
	}
	if r.Daemon != nil {
		section("This Mac")
		printMac(line, r.Daemon, now)
	}
	if r.Desktop != nil {
		section("Migration")
		printDesktop(line, r.Desktop, r.Alive, now)
		section("Gates: may a dialog appear by itself?")
		printGates(line, r.Desktop)
	}
	if r.Daemon != nil {
		section("Daemon")
		printDaemon(line, r.Daemon, r.Running, now)
		section("Server: last answers")
		for _, call := range slices.Sorted(maps.Keys(r.Daemon.Server.Answers)) {
			a := r.Daemon.Server.Answers[call]
			line(call, "%s, %s", a.Text, clock(a.At, now))
		}
		for _, p := range r.Daemon.Problems {
			line("problem", "%s", p.Error())
		}
	}
	for _, m := range r.Missing {
		line("missing", "%s", m)
	}
	return table.Flush()
}

type liner = func(name, format string, args ...any)

func prefixed(prefix, text string) string {
	if text == "" {
		return ""
	}
	return prefix + text
}

func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return text
}
