package options

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// serverURL checks the form only. Whether http may be used depends on another
// option, and the client refuses it where it may not.
func serverURL(text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return errors.New("it is no URL of a server; write it like https://fleet.example.com")
	case u.User != nil:
		return errors.New("it must not hold a user name or password")
	case u.RawQuery != "" || u.Fragment != "":
		return errors.New("it must not hold a query or fragment; write it like https://fleet.example.com")
	}
	return asciiHost(u.Hostname())
}

// asciiHost wants a host as macOS writes it in an enrollment. With any other
// spelling, a Mac in Fleet would not be known to be there.
func asciiHost(host string) error {
	if strings.ContainsFunc(host, func(r rune) bool { return r > unicode.MaxASCII }) {
		return errors.New("its host has letters beyond ASCII; write it in the form that begins with xn--")
	}
	return nil
}

func oneWord(text string) error {
	if strings.ContainsAny(text, " \t\r\n\x00") {
		return errors.New("it must not hold spaces or line ends")
	}
	return nil
}

func printable(text string) error {
	if strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return errors.New("it must not hold control characters")
	}
	return nil
}

func absolutePath(text string) error {
	if !filepath.IsAbs(text) || strings.ContainsRune(text, 0) {
		return errors.New("it must be an absolute path, like /opt/fleet-migrate")
	}
	return nil
}

func logPath(text string) error {
	if text == "-" {
		return nil
	}
	return absolutePath(text)
}

func hostPort(text string) error {
	u, err := url.Parse("https://" + text)
	if err != nil || u.Host != text || u.User != nil {
		return errors.New("it must be a host, or host:port, like fleet.example.com:8443")
	}
	return asciiHost(u.Hostname())
}

func hostNames(text string) error {
	for _, h := range split(text) {
		if u, err := url.Parse("https://" + h); err != nil || u.Hostname() != h {
			return fmt.Errorf("%q is not the name of a host; write it like mdm.example.com", quotable(h))
		}
		if err := asciiHost(h); err != nil {
			return fmt.Errorf("%q: %w", quotable(h), err)
		}
	}
	return nil
}

func natural(text string) error {
	if n, err := strconv.Atoi(text); err == nil && n < 0 {
		return errors.New("it must be 0 or more")
	}
	return nil
}

func atLeastASecond(text string) error {
	if d, err := time.ParseDuration(text); err == nil && d < time.Second {
		return errors.New("it must be at least 1s")
	}
	return nil
}
