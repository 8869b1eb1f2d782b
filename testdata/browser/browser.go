// Package browser gives tests a real Chromium: tabs that are driven by short
// steps, pictures of what they show, and a record of what a page asked for and
// complained about.
//
// It knows nothing of any page. Every step has a deadline and fails the test
// itself, so a test reads as what a person does. Nothing but tests imports it.
package browser

import (
	"context"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// patience bounds one step, on a machine that has other things to do.
const patience = 2 * time.Minute

// programs are the names under which Chromium is installed.
var programs = []string{"chromium", "chromium-browser", "google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"}

// Tab is one page of a browser. It belongs to one goroutine.
type Tab struct {
	t   testing.TB
	ctx context.Context
	record
}

// New starts a Chromium of its own, with a fresh profile, and returns its first
// tab. The browser ends with the test. Under Main it is a tab of the shared one.
func New(t testing.TB) *Tab {
	t.Helper()
	if shared != nil {
		return shared.tab(t)
	}
	ctx, stop := chromedp.NewExecAllocator(context.Background(), options(t)...)
	t.Cleanup(stop)
	return open(t, ctx)
}

// Tab opens another tab of the same browser, with cookies of its own. It ends with the test t.
func (b *Tab) Tab(t testing.TB) *Tab {
	t.Helper()
	return open(t, b.ctx, chromedp.WithNewBrowserContext())
}

func open(t testing.TB, parent context.Context, how ...chromedp.ContextOption) *Tab {
	t.Helper()
	b := &Tab{t: t}
	ctx, cancel := chromedp.NewContext(parent, how...)
	t.Cleanup(func() {
		end, stop := context.WithTimeout(ctx, patience)
		defer stop()
		_ = chromedp.Cancel(end) // it may be gone already
		cancel()
	})
	b.ctx = ctx
	require.NoError(t, chromedp.Do(ctx), "starting Chromium")
	require.NoError(t, chromedp.Listen(ctx, b.see))
	_, err := chromedp.Call(ctx, network.Enable, network.EnableParams{})
	require.NoError(t, err)
	b.Size(1440, 900)
	return b
}

func options(t testing.TB) []chromedp.ExecAllocatorOption {
	t.Helper()
	return append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(find(t)), chromedp.DisableGPU, chromedp.WSURLReadTimeout(patience),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("lang", "en-US"),
		// Its sandbox refuses root, and systems without user namespaces for
		// everybody, as Ubuntu; and it opens nothing but our own pages.
		chromedp.NoSandbox)
}

func find(t testing.TB) string {
	t.Helper()
	for _, name := range programs {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	require.FailNow(t, "Chromium is not installed: run `make deps`")
	return ""
}

// Context is what chromedp takes, for steps that Tab does not have.
func (b *Tab) Context() context.Context { return b.ctx }

// Do runs steps of chromedp.
func (b *Tab) Do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	require.NoError(b.t, chromedp.Do(ctx, steps...), "the page complains of %v", b.Complaints())
}

// Size makes the window so many CSS pixels wide and high.
func (b *Tab) Size(width, height int) {
	b.t.Helper()
	b.Do(chromedp.EmulateViewport(int64(width), int64(height)))
}

// Dark makes the page believe that the person prefers dark, or light.
func (b *Tab) Dark(dark bool) {
	b.t.Helper()
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
	require.NoError(b.t, err)
}
