package browser

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// Go opens an address and waits until it is loaded.
func (b *Tab) Go(url string) {
	b.t.Helper()
	b.Do(chromedp.Navigate(url))
}

// Click clicks the middle of the first element that the CSS selector finds, once
// it is visible. A page that replaces the element meanwhile is looked at again.
func (b *Tab) Click(css string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	err := chromedp.Do(ctx, chromedp.Click(chromedp.CSS(css), chromedp.NodeVisible))
	for isReplaced(err) && ctx.Err() == nil {
		err = chromedp.Do(ctx, chromedp.Click(chromedp.CSS(css), chromedp.NodeVisible))
	}
	require.NoError(b.t, err, "clicking %s; the page complains of %v", css, b.Complaints())
}

// isReplaced tells that the element went away before it could be clicked.
func isReplaced(err error) bool {
	var refused *cdproto.Error
	return errors.As(err, &refused) && refused.Message == "Could not find node with given id"
}

// Fill replaces what a text field holds, key by key.
func (b *Tab) Fill(css, text string) {
	b.t.Helper()
	sel := chromedp.CSS(css)
	b.Do(chromedp.Click(sel, chromedp.NodeVisible),
		chromedp.KeyEvent("a", chromedp.KeyModifiers(chromedp.ModifierCtrl)), chromedp.KeyEvent(kb.Delete),
		chromedp.SendKeys(sel, text))
}

// Press presses keys where the focus is; see package kb for those without a character.
func (b *Tab) Press(keys string, opts ...chromedp.KeyOption) {
	b.t.Helper()
	b.Do(chromedp.KeyEvent(keys, opts...))
}

// Text is the visible text of an element.
func (b *Tab) Text(css string) string {
	b.t.Helper()
	return Eval[string](b, "document.querySelector("+quote(css)+").innerText")
}

// Sees waits until the element is there, visible, and holds the text.
func (b *Tab) Sees(css, text string) {
	b.t.Helper()
	b.Wait(`(() => { const e = document.querySelector(` + quote(css) + `);
		return e && e.checkVisibility({visibilityProperty: true}) && e.innerText.includes(` + quote(text) + `) })()`)
}

// Gone waits until no such element is visible.
func (b *Tab) Gone(css string) {
	b.t.Helper()
	b.Wait(`![...document.querySelectorAll(` + quote(css) + `)].some(e => e.checkVisibility({visibilityProperty: true}))`)
}

// Focused waits until the element has the keyboard's focus.
func (b *Tab) Focused(css string) {
	b.t.Helper()
	b.Wait("document.activeElement?.matches(" + quote(css) + ")")
}

// Wait waits until the JavaScript expression is true, also over navigations.
func (b *Tab) Wait(js string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	var err error
	for again := true; again; {
		_, err = chromedp.Run(ctx, chromedp.Poll[chromedp.Void](js, chromedp.WithPollingTimeout(0), chromedp.WithPollingInterval(20*time.Millisecond)))
		again = err != nil && ctx.Err() == nil && !isScriptError(err)
	}
	require.NoError(b.t, err, "waiting for %s; the page shows:\n%s\nand complains of %v", js, b.shown(), b.Complaints())
}

// isScriptError tells a mistake in the expression from a page that went away under it.
func isScriptError(err error) bool {
	var thrown *chromedp.ExceptionError
	return errors.As(err, &thrown)
}

func (b *Tab) shown() string {
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string]("location.href + '\\n' + document.body.innerText"))
	if err != nil {
		return err.Error()
	}
	return text
}

// Eval is the value of a JavaScript expression; a promise is waited for.
func Eval[T any](b *Tab, js string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](js, chromedp.EvalAwaitPromise))
	require.NoError(b.t, err, js)
	return value
}

// quote makes a text a JavaScript literal.
func quote(text string) string {
	encoded, _ := json.Marshal(text) // a text always encodes
	return string(encoded)
}
