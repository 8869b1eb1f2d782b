package agent

import (
	"fleetmigrate/agent/prompt"
)

// ItemID names a menu item, top to bottom.
type ItemID int

// The items, in their order.
const (
	ItemVersion ItemID = iota
	ItemStatus
	ItemMigrate
	ItemMyDevice
	ItemAbout
	itemCount
)

// Item is one line of the menu.
type Item struct {
	Title            string
	Visible, Enabled bool
}

// Menu is the whole menu as a value, indexed by ItemID, so that the tray can
// compare it with the last one and touch only what changed.
type Menu struct {
	Items [itemCount]Item
	Alert bool // the icon asks for attention
}

// migrateTitle is the product's term and stays the same in every language, as
// IT's own instructions name it.
const migrateTitle = "Migrate to Fleet"

// Migratable reports the states in which the item is there.
func (m Machine) Migratable() bool {
	switch m.State {
	case Idle, Done, "":
		return false
	}
	return true
}

// Menu is what the menu says.
func (m Machine) Menu() Menu {
	lang := m.language()
	status := m.statusWords(lang)
	var menu Menu
	menu.Alert = m.Migratable()
	menu.Items[ItemVersion] = Item{Title: "Fleet Desktop v" + m.Version, Visible: true}
	menu.Items[ItemStatus] = Item{Title: status, Visible: status != ""}
	menu.Items[ItemMigrate] = Item{Title: migrateTitle, Visible: m.Migratable(), Enabled: m.Migratable()}
	menu.Items[ItemMyDevice] = Item{Title: prompt.MenuWord(lang, prompt.MenuMyDevice, m.Policy.Texts), Visible: true, Enabled: m.reachable()}
	menu.Items[ItemAbout] = Item{Title: prompt.MenuWord(lang, prompt.MenuAbout, m.Policy.Texts), Visible: true, Enabled: true}
	return menu
}

func (m Machine) language() string { return prompt.Match(m.Facts.Languages) }

// reachable reports that a page of the server can be opened with a token.
func (m Machine) reachable() bool { return m.Link != NoToken && m.Link != NoURL }

// statusWords say in words what an empty or unchanged menu could not.
func (m Machine) statusWords(lang string) string {
	id, ok := m.statusText()
	if !ok {
		return ""
	}
	return prompt.MenuWord(lang, id, m.Policy.Texts)
}

func (m Machine) statusText() (prompt.MenuText, bool) {
	for _, s := range []struct {
		id   prompt.MenuText
		says bool
	}{
		{prompt.MenuNoURL, m.Link == NoURL},
		{prompt.MenuNoToken, m.Link == NoToken},
		{prompt.MenuNoDialog, m.trouble},
		{prompt.MenuUnenrolling, m.State == Requesting || m.State == Unenrolling},
		{prompt.MenuOffline, m.Link == Offline},
		{prompt.MenuWaitingADE, m.State == AwaitingEnrollment && m.path() == prompt.ADE},
		{prompt.MenuWaitingManual, m.State == AwaitingEnrollment},
		{prompt.MenuFailed, m.State == Failed},
		{prompt.MenuAppleMigration, m.apple},
		{prompt.MenuPaused, m.Migratable() && !m.Pause.Until.IsZero()},
		{prompt.MenuConnecting, m.Link == Connecting},
		{prompt.MenuRefused, m.Link == Refused},
		{prompt.MenuUnreachable, m.Link == Unreachable},
	} {
		if s.says {
			return s.id, true
		}
	}
	return "", false
}
