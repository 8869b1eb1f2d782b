//go:build linux || (darwin && cgo)

package main

import (
	"context"

	"fyne.io/systray"

	"fleetmigrate/agent"
)

// tray is the one place that touches fyne.io/systray. The menu arrives as a
// value; what is the same as before is left alone, because every setter is a
// message to another process (on macOS a hop to the main thread).
type tray struct {
	menus chan agent.Menu // the newest one only
	items map[agent.ItemID]*systray.MenuItem
	drawn *agent.Menu
}

func newTray() *tray { return &tray{menus: make(chan agent.Menu, 1)} }

// Render implements agent.Tray. It never waits: a menu that was not drawn yet
// is replaced.
func (t *tray) Render(m agent.Menu) {
	select {
	case <-t.menus:
	default:
	}
	t.menus <- m
}

// run shows the tray until ctx ends. It must be called on the main goroutine,
// which systray keeps. start is called when the menu stands.
func (t *tray) run(ctx context.Context, post func(agent.Event), start func()) error {
	if err := trayPossible(); err != nil {
		return err
	}
	systray.Run(func() {
		t.build()
		go t.draw(ctx)
		go t.clicks(ctx, post)
		start()
	}, func() {})
	return nil
}

// roomForClicks is more than a person clicks while the agent writes a file.
const roomForClicks = 32

// build makes every item once. Items are never removed, because systray closes
// the channel of a removed one; they are hidden and shown.
func (t *tray) build() {
	t.icon(false)
	systray.SetTooltip("Fleet Desktop")
	t.items = map[agent.ItemID]*systray.MenuItem{}
	for id := agent.ItemVersion; id <= agent.ItemAbout; id++ {
		if id == agent.ItemMigrate || id == agent.ItemAbout {
			systray.AddSeparator()
		}
		item := systray.AddMenuItem("", "")
		item.Disable()
		if id != agent.ItemVersion && id != agent.ItemMyDevice && id != agent.ItemAbout {
			item.Hide()
		}
		// systray sends a click only to a waiting receiver, or into free room:
		// this is for the clicks that come while one is being handed over.
		item.ClickedCh = make(chan struct{}, roomForClicks)
		t.items[id] = item
	}
}

// draw owns the menu from now on. It is also the one who ends the tray: a
// setter that comes after that is a panic on Linux and waits for ever on macOS.
func (t *tray) draw(ctx context.Context) {
	defer systray.Quit()
	for {
		select {
		case <-ctx.Done():
			return
		case m := <-t.menus:
			t.apply(m)
		}
	}
}

func (t *tray) apply(m agent.Menu) {
	for id, item := range t.items {
		was, is := agent.Item{Visible: id == agent.ItemVersion || id == agent.ItemMyDevice || id == agent.ItemAbout}, m.Items[id]
		if t.drawn != nil {
			was = t.drawn.Items[id]
		}
		change(item, was, is)
	}
	if t.drawn == nil || t.drawn.Alert != m.Alert {
		t.icon(m.Alert)
	}
	t.drawn = &m
}

func change(item *systray.MenuItem, was, is agent.Item) {
	if was.Title != is.Title {
		item.SetTitle(is.Title)
	}
	if was.Enabled != is.Enabled {
		set(is.Enabled, item.Enable, item.Disable)
	}
	if was.Visible != is.Visible {
		set(is.Visible, item.Show, item.Hide)
	}
}

func set(on bool, yes, no func()) {
	if on {
		yes()
	} else {
		no()
	}
}

func (t *tray) icon(alert bool) {
	template, regular := icons(alert)
	systray.SetTemplateIcon(template, regular)
}

// clicks hands every click on. A click may have been on its way while its item
// went, so the agent judges again whether it counts.
func (t *tray) clicks(ctx context.Context, post func(agent.Event)) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.items[agent.ItemMigrate].ClickedCh:
			post(agent.Clicked{Item: agent.ItemMigrate})
		case <-t.items[agent.ItemMyDevice].ClickedCh:
			post(agent.Clicked{Item: agent.ItemMyDevice})
		case <-t.items[agent.ItemAbout].ClickedCh:
			post(agent.Clicked{Item: agent.ItemAbout})
		case <-systray.TrayOpenedCh:
			post(agent.MenuOpened{})
		}
	}
}
