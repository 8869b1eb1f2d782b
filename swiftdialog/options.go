package swiftdialog

// Options is one window. Zero values leave swiftDialog's default alone.
type Options struct {
	Title   string // "" hides it
	Message string // Markdown

	Icon     string // absolute path of a local image; "" shows none
	IconDark string // the same for dark appearance; used where the version can
	IconSize int    // points
	IconAlt  string // what VoiceOver reads

	Image        string // absolute path of a picture under the message
	ImageCaption string

	Button1         string // the primary button
	Button1Disabled bool
	Button2         string // "" draws none
	InfoButton      string // help; ends the dialog as Help. "" draws none
	InfoText        string // small line at the bottom; replaced by InfoButton where both are set

	Progress     bool // an indeterminate bar, driven by updates
	ProgressText string

	Width, Height int    // points
	Appearance    string // "light", "dark" or "" for the person's own
	OnTop         bool
	Blur          bool
	Moveable      bool
	HoldQuit      bool // Command-Q does nothing
}
