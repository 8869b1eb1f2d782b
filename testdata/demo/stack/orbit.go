package stack

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"fleetmigrate/testdata/fakemac"
)

// OrbitDir is orbit's folder, /opt/fleet-migrate on a Mac.
func (s *Stack) OrbitDir() string { return filepath.Join(s.dir, "orbit") }

// HostRoot is the folder with the stand-ins for macOS's commands.
func (s *Stack) HostRoot() string { return filepath.Join(s.dir, "mac") }

// startOrbit starts our own orbit on a Mac of stand-ins. What the desktop has
// to know comes from orbit, as on a Mac.
func (s *Stack) startOrbit() error {
	if err := fakemac.Install(s.HostRoot(), filepath.Join(s.bin, "fakemac"), s.MacFile()); err != nil {
		return err
	}
	if err := os.MkdirAll(s.OrbitDir(), 0o755); err != nil {
		return fmt.Errorf("making orbit's folder: %w", err)
	}
	_, err := s.run("agent", s.orbitEnv(), append([]string{"orbit", "run"}, s.opts.Orbit...)...)
	return err
}

func (s *Stack) orbitEnv() []string {
	return []string{
		"ORBIT_FLEET_URL=" + s.Server, "ORBIT_ENROLL_SECRET=" + s.secret, "ORBIT_ROOT_DIR=" + s.OrbitDir(), "ORBIT_HOST_ROOT=" + s.HostRoot(),
		"ORBIT_LOG_FILE=-", "ORBIT_DESKTOP_STATE_DIR=" + s.StateDir(), "ORBIT_SWIFT_DIALOG=" + s.dialog, "ORBIT_VITALS_INTERVAL=" + s.opts.Poll.String(),
		"ORBIT_POLL_INTERVAL=" + s.opts.Poll.String(), "ORBIT_FORCED_INTERVAL=" + s.opts.Forced.String(), "ORBIT_GAP_INTERVAL=" + s.opts.Gap.String(),
	}
}

// identifier is where orbit leaves the device token of the person.
func (s *Stack) identifier() string {
	return filepath.Join(s.OrbitDir(), "var", "users", strconv.Itoa(s.uid()), "identifier")
}
