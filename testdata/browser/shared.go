package browser

import (
	"context"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// shared is the one Chromium of a package whose tests run in Main; nil elsewhere.
var shared *chromium

type chromium struct {
	once sync.Once
	ctx  context.Context
	stop context.CancelFunc
}

// Main runs the tests of a package with one Chromium for all of them, which
// starts when the first one asks for it. Each New is then a tab of it, with
// cookies of its own. It returns the exit code, for TestMain.
func Main(m *testing.M) int {
	shared = &chromium{stop: func() {}}
	code := m.Run()
	shared.stop()
	return code
}

func (c *chromium) tab(t testing.TB) *Tab {
	t.Helper()
	c.once.Do(func() {
		allocator, stop := chromedp.NewExecAllocator(context.Background(), options(t)...)
		ctx, cancel := chromedp.NewContext(allocator)
		c.ctx, c.stop = ctx, func() {
			_ = chromedp.Cancel(ctx) // waits until the process has gone
			cancel()
			stop()
		}
		require.NoError(t, chromedp.Do(ctx), "starting Chromium")
	})
	return open(t, c.ctx, chromedp.WithNewBrowserContext())
}
