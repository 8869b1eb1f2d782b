package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// secretSource is where a secret may come from, first to last: a file, the
// environment, a person at a terminal.
type secretSource struct{ what, flag, env string }

const maxSecretFile = 64 << 10

// secret reads one; given is false when no source has it.
func (p *packager) secret(s secretSource) (text string, given bool, err error) {
	switch name := p.cmd.String(s.flag); {
	case name == "-":
		text, err = readSecret(p.cmd.Root().Reader)
	case name != "":
		var file *os.File
		if file, err = os.Open(name); err == nil {
			defer file.Close()
			text, err = readSecret(file)
		}
	case p.getenv(s.env) != "":
		text = p.getenv(s.env)
	default:
		return p.prompt(s.what)
	}
	if err != nil {
		return "", false, fmt.Errorf("reading the %s: %w", s.what, err)
	}
	return strings.TrimSpace(text), true, nil
}

func readSecret(r io.Reader) (string, error) {
	raw, err := io.ReadAll(io.LimitReader(r, maxSecretFile+1))
	if err == nil && len(raw) > maxSecretFile {
		err = errors.New("the file is larger than any secret")
	}
	return string(raw), err
}

// prompt asks without showing what is typed; without a terminal nobody is asked.
func (p *packager) prompt(what string) (string, bool, error) {
	in, ok := p.cmd.Root().Reader.(*os.File)
	if !ok || !term.IsTerminal(int(in.Fd())) {
		return "", false, nil
	}
	fmt.Fprintf(p.err, "%s (nothing is shown while you type): ", strings.ToUpper(what[:1])+what[1:])
	raw, err := term.ReadPassword(int(in.Fd()))
	fmt.Fprintln(p.err)
	if err != nil {
		return "", false, fmt.Errorf("reading the %s: %w", what, err)
	}
	return strings.TrimSpace(string(raw)), true, nil
}
