package swiftdialog

import "time"

// Options is one window. Zero values leave swiftDialog's default alone.
type Options struct {
	Title   string // "" hides it
	Message string // Markdown
	Left    bool   // the message begins at the left, as lists have to; else it is centered

	// Banner is the absolute path of a picture across the top. It is the one
	// place for a local picture beside a message: `image` replaces the message,
	// and Markdown loads pictures by URL only.
	Banner       string
	BannerHeight int // points; from 2.4 on

	Icon     string // absolute path of a local image; "" shows none
	IconDark string // the same for dark appearance; used from 2.5.1 on
	IconSize int    // points
	IconAlt  string // what VoiceOver reads

	Button1    string // the primary button; "" draws none
	Button2    string // "" draws none; Escape presses it
	InfoButton string // help; ends the dialog as Help. "" draws none
	InfoText   string // small line at the bottom, where there is no InfoButton

	// Guard keeps button 1 disabled for this long after the window opened, so
	// that a Return meant for another window does not press it.
	Guard time.Duration

	Progress     bool // an indeterminate bar, driven by updates
	ProgressText string

	Width, Height int    // points
	Appearance    string // "light", "dark" or "" for the person's own; from 2.5.1 on
	OnTop         bool
	Blur          bool
	Moveable      bool
	HoldQuit      bool // Command-Q does nothing
}
