package options

import (
	"path/filepath"

	"fleetmigrate/agent/policy"
)

// Config is every option's value.
type Config struct {
	Policy policy.Policy // what the desktop is told

	EnrollSecret         string // a secret
	Companion            string // "auto", "on", "off"
	Vitals               string // "auto", "on", "off"
	VitalsInterval       policy.Duration
	RemoveAfterMigration bool
	RemoveAfter          policy.Duration

	RootDir         string // of everything of ours
	HostRoot        string // of macOS's commands and files
	LogFile         string // "-" is standard error
	DesktopStateDir string // "" is in the console user's home
	Debug           bool
}

// Var is the folder that orbit writes for the desktop.
func (c Config) Var() string { return filepath.Join(c.RootDir, "var") }

// Private is the folder that only root reads.
func (c Config) Private() string { return filepath.Join(c.Var(), "private") }

// OnHost is a path of macOS's, below the host's root.
func (c Config) OnHost(absolute string) string { return onHost(c.HostRoot, absolute) }

func onHost(root, absolute string) string {
	if root == "" {
		return absolute
	}
	return filepath.Join(root, absolute)
}
