package tray

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"

	"github.com/godbus/dbus/v5"
)

// Entry is one line of the menu that can be seen.
type Entry struct {
	ID        int32  `json:"id"`
	Label     string `json:"label"`
	Enabled   bool   `json:"enabled"`
	Separator bool   `json:"separator"`
}

type layout struct {
	ID         int32
	Properties map[string]dbus.Variant
	Children   []dbus.Variant
}

// Menu reads what a person would see, top to bottom.
func (h *Host) Menu(ctx context.Context) ([]Entry, error) {
	it, err := h.current(ctx)
	if err != nil {
		return nil, err
	}
	var revision uint32
	var root layout
	call := h.conn.Object(it.sender, it.menu).CallWithContext(ctx, menuName+".GetLayout", 0, int32(0), int32(-1), []string{})
	if err := call.Store(&revision, &root); err != nil {
		return nil, fmt.Errorf("reading the menu: %w", err)
	}
	var entries []Entry
	for _, child := range root.Children {
		var l layout
		if err := dbus.Store([]any{child.Value()}, &l); err != nil {
			return nil, fmt.Errorf("reading a menu item: %w", err)
		}
		if e, visible := entry(l); visible {
			entries = append(entries, e)
		}
	}
	return entries, nil
}

func entry(l layout) (Entry, bool) {
	flag := func(name string) bool {
		v, ok := l.Properties[name].Value().(bool)
		return v || !ok // absent means yes
	}
	label, _ := l.Properties["label"].Value().(string)
	kind, _ := l.Properties["type"].Value().(string)
	return Entry{ID: l.ID, Label: label, Enabled: flag("enabled"), Separator: kind == "separator"}, flag("visible")
}

// Click presses an item by its label; what can't be seen or is greyed can't be pressed.
func (h *Host) Click(ctx context.Context, label string) error {
	entries, err := h.Menu(ctx)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Label == label {
			if !e.Enabled {
				return fmt.Errorf("menu item %q is greyed out", label)
			}
			return h.event(ctx, e.ID, "clicked")
		}
	}
	return fmt.Errorf("there is no menu item %q", label)
}

// Open tells the program that the menu is being opened.
func (h *Host) Open(ctx context.Context) error { return h.event(ctx, 0, "opened") }

func (h *Host) event(ctx context.Context, id int32, what string) error {
	it, err := h.current(ctx)
	if err != nil {
		return err
	}
	return h.conn.Object(it.sender, it.menu).CallWithContext(ctx, menuName+".Event", 0, id, what, dbus.MakeVariant(""), uint32(0)).Err
}

// Icon is the program's icon as PNG.
func (h *Host) Icon(ctx context.Context) ([]byte, error) {
	it, err := h.current(ctx)
	if err != nil {
		return nil, err
	}
	var v dbus.Variant
	if err := h.conn.Object(it.sender, it.path).CallWithContext(ctx, properties, 0, itemName, "IconPixmap").Store(&v); err != nil {
		return nil, fmt.Errorf("asking for the icon: %w", err)
	}
	var maps []struct {
		W, H int32
		Pix  []byte // ARGB, network order
	}
	if err := dbus.Store([]any{v.Value()}, &maps); err != nil || len(maps) == 0 {
		return nil, fmt.Errorf("the program has no icon: %w", err)
	}
	m := maps[0]
	img := image.NewNRGBA(image.Rect(0, 0, int(m.W), int(m.H)))
	for i := 0; i+3 < len(m.Pix); i += 4 {
		p := i / 4
		img.SetNRGBA(p%int(m.W), p/int(m.W), color.NRGBA{A: m.Pix[i], R: m.Pix[i+1], G: m.Pix[i+2], B: m.Pix[i+3]})
	}
	var out bytes.Buffer
	err = png.Encode(&out, img)
	return out.Bytes(), err
}
