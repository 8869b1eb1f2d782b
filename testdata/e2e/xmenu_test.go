//go:build linux

package e2e

import (
	"image"
	"slices"
)

// trayIcon is where the panel shows the one program in its tray.
func (x *xdesktop) trayIcon() (icon image.Rectangle, ok bool) {
	for _, w := range x.windows("wrapper") {
		if w.Min.Y == 0 && w.Dx() >= 20 && w.Dx() < 60 {
			return w, true
		}
	}
	return icon, false
}

// looksPerClick is how often a person looks before they take a click for lost: a
// second one would close a menu that is about to open.
const looksPerClick = 50

// openMenu clicks the icon and waits for as many lines as the menu has.
func (x *xdesktop) openMenu(lines int) (rows []image.Rectangle) {
	x.t.Helper()
	x.eventually("an icon in the tray", func() bool { _, ok := x.trayIcon(); return ok })
	looked := 0
	x.eventually("a menu with all its lines", func() bool {
		rows = x.menuRows()
		if icon, ok := x.trayIcon(); ok && len(rows) == 0 && looked%looksPerClick == 0 {
			x.click(middle(icon))
		}
		looked++
		return len(rows) == lines
	})
	return rows
}

func (x *xdesktop) closeMenu() {
	x.t.Helper()
	x.run("xdotool", "key", "Escape")
	x.eventually("no menu", func() bool { return len(x.menuRows()) == 0 })
}

// menuRows finds the lines of text in the open menu, from top to bottom, by
// looking: what a person can't read is not there.
func (x *xdesktop) menuRows() (rows []image.Rectangle) {
	all := x.windows("wrapper")
	i := slices.IndexFunc(all, func(w image.Rectangle) bool { return w.Min.Y > 20 && w.Dx() > 80 })
	if i < 0 {
		return nil
	}
	menu, screen := all[i], x.screen()
	begin := -1
	for y := menu.Min.Y; y <= menu.Max.Y; y++ {
		switch inked := y < menu.Max.Y && hasInk(screen, menu, y); {
		case inked && begin < 0:
			begin = y
		case !inked && begin >= 0:
			if y-begin >= 5 { // a separator is thinner
				rows = append(rows, image.Rect(menu.Min.X, begin, menu.Max.X, y))
			}
			begin = -1
		}
	}
	return rows
}

// hasInk reports that a row of pixels has more than one color.
func hasInk(screen image.Image, menu image.Rectangle, y int) bool {
	first := screen.At(menu.Min.X+12, y)
	for px := menu.Min.X + 13; px < menu.Max.X-12; px++ {
		if screen.At(px, y) != first {
			return true
		}
	}
	return false
}
