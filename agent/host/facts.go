package host

import "time"

// Facts is what this Mac says of itself. On macOS orbit publishes it as one
// JSON file; on other systems the file stands for the Mac.
type Facts struct {
	OSVersion      string      `json:"os_version"` // "15.1"
	HardwareUUID   string      `json:"hardware_uuid"`
	HardwareSerial string      `json:"hardware_serial"`
	HardwareModel  string      `json:"hardware_model"`
	ComputerName   string      `json:"computer_name"`
	Enrollment     Enrollment  `json:"enrollment"`
	ADE            ADE         `json:"ade"`
	ConsoleUser    ConsoleUser `json:"console_user"`

	Appearance string   `json:"appearance"` // "light" or "dark"; "" outside of a session, as are the three below
	Languages  []string `json:"languages,omitempty"`
	Region     string   `json:"region,omitempty"` // "DE", where times and dates are written as there
	Clock      string   `json:"clock,omitempty"`  // "12" or "24" where the person chose; "" as in the region

	Moment                        // is this a decent moment for a dialog?
	AppleMigration AppleMigration `json:"apple_migration,omitzero"`
	Renew          Renew          `json:"renew,omitzero"`

	PublishedAt time.Time `json:"published_at,omitzero"`
}

// Enrollment is the local MDM enrollment, from `profiles status -type enrollment`.
type Enrollment struct {
	Enrolled     bool   `json:"enrolled"`
	ViaDEP       bool   `json:"via_dep"` // how it was enrolled, not whether the serial is in ABM
	UserApproved bool   `json:"user_approved"`
	ServerURL    string `json:"server_url"`
}

// ADE is the Apple Business Manager assignment, from `profiles show -type enrollment`,
// which Apple rate-limits: Unknown until it was answered once.
type ADE struct {
	Assigned            bool      `json:"assigned"`
	ConfigurationWebURL string    `json:"configuration_web_url"`
	Unknown             bool      `json:"unknown,omitempty"` // never answered yet
	ReadAt              time.Time `json:"read_at,omitzero"`
	Cached              bool      `json:"cached,omitempty"` // Apple answered from its cache, or the last good answer is used
}

// ConsoleUser is the person at the screen; Name is empty at the login window and in Setup Assistant.
type ConsoleUser struct {
	Name string `json:"name"`
	UID  int    `json:"uid"`
}

// Moment is what the politeness gates look at.
type Moment struct {
	ScreenLocked    bool        `json:"screen_locked"`
	SetupAssistant  bool        `json:"setup_assistant,omitempty"`
	SwitchedAway    bool        `json:"switched_away,omitempty"` // another person's session is at the screen
	LoginAt         time.Time   `json:"login_at,omitzero"`
	ScreenShared    bool        `json:"screen_shared,omitempty"`
	CameraInUse     bool        `json:"camera_in_use,omitempty"`
	MicrophoneInUse bool        `json:"microphone_in_use,omitempty"`
	FullScreenApp   string      `json:"full_screen_app,omitempty"`
	Assertions      []Assertion `json:"assertions"`
}

// Assertion is one power assertion that keeps the display awake, from `pmset -g assertions`.
type Assertion struct {
	Process string `json:"process"`
	Type    string `json:"type"`
}

// AppleMigration is Apple's own deadline-based migration (macOS 26), set in Apple Business.
type AppleMigration struct {
	Pending  bool      `json:"pending"`
	Deadline time.Time `json:"deadline,omitzero"`
}

// Renew records orbit's attempts at `profiles renew -type enrollment`.
type Renew struct {
	Attempts int       `json:"attempts"`
	LastAt   time.Time `json:"last_at,omitzero"`
	LastErr  string    `json:"last_err,omitempty"`
}
