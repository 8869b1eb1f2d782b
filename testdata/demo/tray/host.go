package tray

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/godbus/dbus/v5"
)

const (
	watcherName = "org.kde.StatusNotifierWatcher"
	watcherPath = "/StatusNotifierWatcher"
	itemName    = "org.kde.StatusNotifierItem"
	menuName    = "com.canonical.dbusmenu"
	properties  = "org.freedesktop.DBus.Properties.Get"
)

// Host is the panel: it knows one program at a time, the last that registered.
type Host struct {
	conn    *dbus.Conn
	changed chan struct{}

	mu   sync.Mutex
	item *item
}

// item is a registered program.
type item struct {
	sender string
	path   dbus.ObjectPath
	menu   dbus.ObjectPath
}

// NewHost connects to the bus and takes the panel's name.
func NewHost(ctx context.Context, address string) (*Host, error) {
	conn, err := dbus.Connect(address, dbus.WithContext(ctx))
	if err != nil {
		return nil, fmt.Errorf("connecting to the session bus: %w", err)
	}
	h := &Host{conn: conn, changed: make(chan struct{}, 1)}
	if err := h.own(); err != nil {
		conn.Close()
		return nil, err
	}
	signals := make(chan *dbus.Signal, 64)
	conn.Signal(signals)
	go h.listen(signals)
	return h, nil
}

func (h *Host) own() error {
	if err := h.conn.Export(watcher{h}, watcherPath, watcherName); err != nil {
		return fmt.Errorf("exporting the watcher: %w", err)
	}
	for _, match := range [][]dbus.MatchOption{
		{dbus.WithMatchInterface(menuName)},
		{dbus.WithMatchInterface("org.freedesktop.DBus"), dbus.WithMatchMember("NameOwnerChanged")},
		{dbus.WithMatchInterface(itemName)},
	} {
		if err := h.conn.AddMatchSignal(match...); err != nil {
			return fmt.Errorf("subscribing to signals: %w", err)
		}
	}
	reply, err := h.conn.RequestName(watcherName, dbus.NameFlagDoNotQueue)
	if err != nil || reply != dbus.RequestNameReplyPrimaryOwner {
		return fmt.Errorf("taking the name %s: reply %v, %w", watcherName, reply, err)
	}
	return nil
}

// watcher is the object that programs register at.
type watcher struct{ h *Host }

// RegisterStatusNotifierItem takes the bus name from the sender: systray sends
// only its object path.
func (w watcher) RegisterStatusNotifierItem(path string, sender dbus.Sender) *dbus.Error {
	w.h.set(&item{sender: string(sender), path: dbus.ObjectPath(path)})
	return nil
}

func (h *Host) set(i *item) {
	h.mu.Lock()
	h.item = i
	h.mu.Unlock()
	h.notify()
}

// listen turns whatever the bus says into one hint: look again.
func (h *Host) listen(signals <-chan *dbus.Signal) {
	for s := range signals {
		if s.Name == "org.freedesktop.DBus.NameOwnerChanged" {
			h.left(s.Body)
		}
		h.notify()
	}
}

// left forgets the program when its connection went.
func (h *Host) left(body []any) {
	if len(body) != 3 || body[2] != "" {
		return
	}
	h.mu.Lock()
	if h.item != nil && h.item.sender == body[0] {
		h.item = nil
	}
	h.mu.Unlock()
}

func (h *Host) notify() {
	select {
	case h.changed <- struct{}{}:
	default:
	}
}

// Changes says that the menu may have changed.
func (h *Host) Changes() <-chan struct{} { return h.changed }

// Close leaves the bus.
func (h *Host) Close() { h.conn.Close() }

// ErrNoProgram says that no program has registered, or that it has gone.
var ErrNoProgram = errors.New("no program is in the tray")

func (h *Host) current(ctx context.Context) (*item, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.item == nil {
		return nil, ErrNoProgram
	}
	if h.item.menu == "" {
		var v dbus.Variant
		err := h.conn.Object(h.item.sender, h.item.path).CallWithContext(ctx, properties, 0, itemName, "Menu").Store(&v)
		if err != nil {
			return nil, fmt.Errorf("asking for the menu's path: %w", err)
		}
		h.item.menu, _ = v.Value().(dbus.ObjectPath)
	}
	return h.item, nil
}
