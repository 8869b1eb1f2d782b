package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"fleetmigrate/agent"
)

// browser opens pages in the person's browser.
type browser struct {
	device *device
	dir    string
}

// redirectFor is how long the page that leads to My device stays on disk.
const redirectFor = time.Minute

// Open implements agent.Browser.
func (b browser) Open(ctx context.Context, page agent.Page, contact string) error {
	if page == agent.Contact {
		return open(ctx, contact)
	}
	c, err := b.device.get()
	if err != nil {
		return err
	}
	target, err := c.BrowserURL(ctx, string(page))
	if err != nil {
		return err
	}
	return b.openPrivately(ctx, target)
}

// escape is what an attribute needs. Package html has a table of every entity,
// which is 65 KB of this program, to do the same.
var escape = strings.NewReplacer("&", "&amp;", `"`, "&quot;", "'", "&#39;", "<", "&lt;", ">", "&gt;")

// redirect is the page that leads to My device. It holds the token, so that one
// left by a process that was killed has to go.
func (b browser) redirect() string { return filepath.Join(b.dir, "open.html") }

func (b browser) tidy() { _ = os.Remove(b.redirect()) }

// openPrivately opens a URL that holds the device token. An argument list can
// be read by every user of the Mac, so the browser is given a private file
// that leads on to the URL.
func (b browser) openPrivately(ctx context.Context, target string) error {
	file := b.redirect()
	page := `<!doctype html><meta charset="utf-8"><title>Fleet</title><meta name="referrer" content="no-referrer"><meta http-equiv="refresh" content="0;url=` +
		escape.Replace(target) + `">`
	if err := os.WriteFile(file, []byte(page), 0o600); err != nil {
		return fmt.Errorf("writing the page that leads to My device: %w", err)
	}
	time.AfterFunc(redirectFor, func() { os.Remove(file) })
	return open(ctx, file)
}

// open hands a URL or file to the system. The caller has checked its scheme.
func open(ctx context.Context, target string) error {
	out, err := child(ctx, openCommand, target).CombinedOutput()
	if err != nil && !errors.Is(err, exec.ErrWaitDelay) {
		return fmt.Errorf("opening the browser: %s: %w: %.200s", openCommand, err, out)
	}
	return nil
}
