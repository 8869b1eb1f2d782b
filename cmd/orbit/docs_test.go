package main

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/urfave/cli/v3"

	"fleetmigrate/agent/options"
)

var (
	// codeInDocs is a fenced block, or a span.
	codeInDocs = regexp.MustCompile("(?s)```.*?```|`[^`\n]+`")
	// orbitCall is a command line of orbit's, up to what the shell does with it.
	orbitCall = regexp.MustCompile(`(?m)(?:^|[\s/])orbit((?: +[^\s|;&#()]+)+)`)
	// orbitExample is one in a command's help: a line of its own.
	orbitExample = regexp.MustCompile(`(?m)^ *(?:sudo )?orbit((?: +[^\s|;&#()]+)+)`)
	// setOption is an option as --set or a sentence of a guide names it.
	setOption = regexp.MustCompile("(?:--set |[Oo]ption `)([a-z-]+)")
)

// TestGuidesNameOnlyWhatExists reads every command line of orbit's in the
// guides, and every option of the agent's that they name.
func TestGuidesNameOnlyWhatExists(t *testing.T) {
	guides, err := filepath.Glob("../../docs/*.md")
	require.NoError(t, err)
	calls := 0
	for _, guide := range append(guides, "../../README.md") {
		raw, err := os.ReadFile(guide)
		require.NoError(t, err)
		for _, code := range codeInDocs.FindAllString(strings.ReplaceAll(string(raw), "\\\n", " "), -1) {
			for _, call := range orbitCall.FindAllStringSubmatch(strings.Trim(code, "`"), -1) {
				words := strings.Fields(call[1])
				if !regexp.MustCompile(`^[a-z]`).MatchString(words[0]) {
					continue // its version, or COMMAND
				}
				require.NoError(t, understood(commandTree(), words), "%s: %s", filepath.Base(guide), call[0])
				calls++
			}
		}
		for _, named := range setOption.FindAllStringSubmatch(string(raw), -1) {
			_, exists := options.ByName(named[1])
			require.True(t, exists || named[1] == "option", "%s names the option %q", filepath.Base(guide), named[1])
		}
	}
	require.Greater(t, calls, 30, "the command lines were not found")
}

// TestHelpNamesOnlyWhatExists reads the examples that each command's help gives.
func TestHelpNamesOnlyWhatExists(t *testing.T) {
	calls := 0
	var read func(cmd *cli.Command)
	read = func(cmd *cli.Command) {
		for _, call := range orbitExample.FindAllStringSubmatch(strings.ReplaceAll(cmd.Description, "\\\n", " "), -1) {
			require.NoError(t, understood(commandTree(), strings.Fields(call[1])), "help of %s: %s", cmd.Name, call[0])
			calls++
		}
		for _, sub := range cmd.Commands {
			read(sub)
		}
	}
	read(commandTree())
	require.Greater(t, calls, 20, "the examples were not found")
}

// TestAGuideThatIsWrongIsNoticed plants a command, a flag and a command of a
// command that do not exist.
func TestAGuideThatIsWrongIsNoticed(t *testing.T) {
	for _, line := range []string{"statsu", "status --jsno", "pause --until 4h"} {
		require.Error(t, understood(commandTree(), strings.Fields(line)), line)
	}
	require.NoError(t, understood(commandTree(), strings.Fields("package verify --json FILE")))
}

func commandTree() *cli.Command {
	return &cli.Command{Name: "orbit", Commands: append(commands(os.Getenv), &cli.Command{Name: "completion"}), Writer: io.Discard}
}

// unknown is a word of a command line that orbit does not know.
type unknown string

func (u unknown) Error() string { return "orbit does not know " + string(u) }

// understood follows words from command to command, and looks for their flags.
func understood(cmd *cli.Command, words []string) error {
	root := cmd
	for _, word := range words {
		if flag, isFlag := strings.CutPrefix(word, "--"); isFlag {
			flag, _, _ = strings.Cut(flag, "=")
			if flag != "help" && !slices.ContainsFunc(cmd.Flags, func(f cli.Flag) bool { return slices.Contains(f.Names(), flag) }) {
				return unknown(word)
			}
			continue
		}
		if next := cmd.Command(word); next != nil {
			cmd = next
		} else if cmd == root {
			return unknown(word)
		}
	}
	return nil
}
