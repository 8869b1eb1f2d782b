package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"fleetmigrate/agent"
	"fleetmigrate/agent/atomicfile"
)

// browser opens pages in the person's browser.
type browser struct {
	device *device
	dir    string

	mu   sync.Mutex
	last *time.Timer // removes the page that leads to My device
}

func newWeb(d *device, dir string) *browser { return &browser{device: d, dir: dir} }

// redirectFor is how long the page that leads to My device stays on disk.
const redirectFor = time.Minute

// Open implements agent.Browser.
func (b *browser) Open(ctx context.Context, page agent.Page, contact string) error {
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
func (b *browser) redirect() string { return filepath.Join(b.dir, "open.html") }

func (b *browser) tidy() {
	half, _ := filepath.Glob(filepath.Join(b.dir, ".open.html.*")) // the pattern is a good one
	for _, file := range append(half, b.redirect()) {
		_ = os.Remove(file)
	}
}

// openPrivately opens a URL that holds the device token. An argument list can
// be read by every user of the Mac, so the browser is given a private file
// that leads on to the URL.
func (b *browser) openPrivately(ctx context.Context, target string) error {
	if err := b.leadOn(target); err != nil {
		return fmt.Errorf("writing the page that leads to My device: %w", err)
	}
	return open(ctx, b.redirect())
}

// leadOn writes the page, for a while.
func (b *browser) leadOn(target string) error {
	page := `<!doctype html><meta charset="utf-8"><title>Fleet</title><meta name="referrer" content="no-referrer"><meta http-equiv="refresh" content="0;url=` +
		escape.Replace(target) + `">`
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.last != nil {
		b.last.Stop()
	}
	b.last = time.AfterFunc(redirectFor, b.tidy)
	return atomicfile.Write(b.redirect(), []byte(page), 0o600)
}

// open hands a URL or file to the system. The caller has checked its scheme.
func open(ctx context.Context, target string) error {
	out, err := child(ctx, openCommand, target).CombinedOutput()
	if err != nil && !errors.Is(err, exec.ErrWaitDelay) {
		return fmt.Errorf("opening the browser: %s: %w: %.200s", openCommand, err, out)
	}
	return nil
}
