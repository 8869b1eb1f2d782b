package prompt

import "fleetmigrate/swiftdialog"

// MenuText names a text of the menu.
type MenuText string

// The texts of the menu.
const (
	MenuConnecting     MenuText = "menu_connecting"
	MenuOffline        MenuText = "menu_offline"
	MenuUnreachable    MenuText = "menu_unreachable"
	MenuRefused        MenuText = "menu_refused"
	MenuUnenrolling    MenuText = "menu_unenrolling"
	MenuWaitingADE     MenuText = "menu_waiting_ade"
	MenuWaitingManual  MenuText = "menu_waiting_manual"
	MenuAppleMigration MenuText = "menu_apple_migration"
	MenuNoToken        MenuText = "menu_no_token"
	MenuNoURL          MenuText = "menu_no_url"
	MenuNoDialog       MenuText = "menu_no_dialog"
	MenuPaused         MenuText = "menu_paused"
	MenuFailed         MenuText = "menu_failed"
	MenuMyDevice       MenuText = "menu_my_device"
	MenuAbout          MenuText = "menu_about"
)

// MenuWord is a text of the menu in a language that Match gave, or IT's own.
func MenuWord(lang string, id MenuText, overrides map[string]map[string]string) string {
	return swiftdialog.Text(words{lang: lang, overrides: overrides}.get(string(id)), longestLine)
}
