// Package story plays one whole migration by itself, through the very buttons
// and menu items that a person has, and says what it sees and when.
package story

import (
	"context"
	"fmt"
	"io"
	"time"

	"fleetmigrate/testdata/demo/stack"
)

// teller plays the story and prints its timeline.
type teller struct {
	*stack.Stack
	out   io.Writer
	start time.Time
}

// chapter is one thing done and what has to follow.
type chapter struct {
	does string
	do   func(context.Context) error
	sees string
	see  func() bool
}

const migrate = "Migrate to Fleet"

// Play plays the story; the error says which chapter failed and how things
// stood then.
func Play(ctx context.Context, s *stack.Stack, out io.Writer) error {
	t := &teller{s, out, time.Now()}
	for _, c := range t.chapters(ctx) {
		if err := t.play(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

func (t *teller) play(ctx context.Context, c chapter) error {
	t.say("  " + c.does)
	if err := c.do(ctx); err != nil {
		return fmt.Errorf("%s: %w", c.does, err)
	}
	if err := t.Wait(ctx, c.sees, c.see); err != nil {
		return err
	}
	t.say("✓ " + c.sees)
	return nil
}

func (t *teller) say(text string) {
	fmt.Fprintf(t.out, "%6.1f s  %s\n", time.Since(t.start).Seconds(), text)
}

func (t *teller) chapters(ctx context.Context) []chapter {
	has := func(label string) func() bool { return func() bool { return t.HasItem(ctx, label) } }
	lacks := func(label string) func() bool {
		return func() bool { return t.Menu(ctx) != nil && !t.HasItem(ctx, label) }
	}
	save := func(enable bool, mode string) func(context.Context) error {
		return func(ctx context.Context) error { return t.Migration(ctx, enable, mode) }
	}
	later := func(context.Context) error { return t.Press("button2") }
	nothing := func(context.Context) error { return nil }
	return []chapter{
		{"Fleet Desktop starts", nothing, "it sits in the menu bar, with nothing to offer yet", has("My device")},
		{"IT turns the workflow on: voluntary", save(true, "voluntary"), `"Migrate to Fleet" is in the menu`, has(migrate)},
		{"the person clicks it", func(ctx context.Context) error { return t.Tray.Click(ctx, migrate) }, "a dialog explains what will happen", t.opens("Start")},
		{"the person chooses Later", later, "the dialog is gone, the item stays", func() bool { return t.Window() == nil && t.HasItem(ctx, migrate) }},
		{"IT changes its mind: forced", save(true, "forced"), "the dialog comes by itself", t.opens("Start")},
		{"the person chooses Later once more", later, "the dialog is gone", func() bool { return t.Window() == nil }},
		{"time passes", nothing, "the dialog is back by itself", t.opens("Start")},
		{"the person chooses Start", t.agree, "the old MDM got the webhook and let the Mac go", func() bool { return t.Log.Has("old MDM", "the Mac is let go") }},
		{"the agent looks at the Mac every few seconds", nothing, "a dialog says what to click in Remote Management", t.opens("Open Remote Management again")},
		{"the person clicks through Remote Management", t.Enroll, "the Mac is in Fleet, and the item is gone", lacks(migrate)},
		{"the person closes the thank-you", t.thanks, "nothing asks for attention any more", func() bool { return t.Window() == nil }},
	}
}

// opens reports that a dialog is open whose first button has a label.
func (t *teller) opens(button string) func() bool {
	return func() bool { w := t.Window(); return w != nil && w.Options["button1text"] == button }
}

// agree presses Start, which a dialog that came by itself allows after 2 s,
// and waits for the request.
func (t *teller) agree(ctx context.Context) error {
	enabled := func() bool { w := t.Window(); return w != nil && w.Options["button1disabled"] == nil }
	if err := t.Wait(ctx, "Start to be pressable", enabled); err != nil {
		return err
	}
	if err := t.Press("button1"); err != nil {
		return err
	}
	return t.Wait(ctx, "the request to the server", func() bool { return t.Log.Has("server", "/migrate_mdm") })
}

func (t *teller) thanks(ctx context.Context) error {
	if err := t.Wait(ctx, "the thank-you", t.opens("OK")); err != nil {
		return err
	}
	return t.Press("button1")
}
