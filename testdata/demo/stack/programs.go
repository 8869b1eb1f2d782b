package stack

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// run starts a program of the stack under a name, as whoever runs the stack,
// with PATH and HOME and what env adds. The first word of argv is a program of
// Build.
func (s *Stack) run(name string, env []string, argv ...string) (*Process, error) {
	return s.runAs(nil, name, append([]string{"HOME=" + s.dir, "TMPDIR=" + s.dir}, env...), argv...)
}

func (s *Stack) runAs(who *syscall.Credential, name string, env []string, argv ...string) (*Process, error) {
	argv[0] = filepath.Join(s.bin, argv[0])
	p, err := start(s.Log, name, who, append([]string{"PATH=" + os.Getenv("PATH")}, env...), argv...)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.processes[name] = p
	return p, nil
}

// Process is a running program: "server", "old MDM", "agent" or "desktop".
func (s *Stack) Process(name string) *Process {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.processes[name]
}

func (s *Stack) startServer(ctx context.Context) error {
	return s.StartServer(ctx, "127.0.0.1:0")
}

// StartServer starts the companion server, with the state of the last one.
func (s *Stack) StartServer(ctx context.Context, listen string) error {
	argv := append([]string{"mockserver", "serve", "--listen", listen, "--state", filepath.Join(s.dir, "server.json"), "--log", "--control",
		"--org-name", "Example Corp"}, s.opts.Server...)
	p, err := s.run("server", []string{"MOCKSERVER_ADMIN_TOKEN=" + s.AdminToken, "MOCKSERVER_ENROLL_SECRET=" + s.secret}, argv...)
	if err != nil {
		return err
	}
	s.Server, err = p.URL(ctx)
	return err
}

// RestartServer stops the server and starts it where it was.
func (s *Stack) RestartServer(ctx context.Context) error {
	s.Process("server").Stop()
	_, address, _ := strings.Cut(s.Server, "://")
	return s.StartServer(ctx, address)
}

// StartAgent starts orbit, or the stand-in for fleetd. It is also how a killed
// one comes back.
func (s *Stack) StartAgent() error {
	if s.opts.Standalone {
		return s.startOrbit()
	}
	_, err := s.run("agent", []string{"FLEETD_ENROLL_SECRET=" + s.secret}, "fleetd", "--server", s.Server, "--mac", s.MacFile(),
		"--identifier", s.TokenFile(), "--interval", "1s")
	return err
}

// StartDesktop starts the real Fleet Desktop. It is also how a killed one comes back.
func (s *Stack) StartDesktop() error {
	env := []string{"HOME=" + s.home(), "TMPDIR=" + s.home(), "PATH=" + s.openerDir() + ":" + os.Getenv("PATH"),
		"FLEET_DESKTOP_STATE_DIR=" + s.StateDir(), "FLEET_DESKTOP_DATA_DIR=" + s.DataDir(), "FLEET_DESKTOP_LOG_FILE=-"}
	if s.opts.Standalone {
		env = append(env, "FLEET_DESKTOP_HOST_ROOT="+s.HostRoot())
	} else {
		env = append(env, s.companionEnv()...)
	}
	if s.bus != nil {
		env = append(env, "DBUS_SESSION_BUS_ADDRESS="+s.bus.Address)
	} else {
		env = append(env, "DBUS_SESSION_BUS_ADDRESS="+os.Getenv("DBUS_SESSION_BUS_ADDRESS"), "DISPLAY="+os.Getenv("DISPLAY"))
	}
	_, err := s.runAs(s.person(), "desktop", append(env, s.opts.Env...), "desktop")
	return err
}

// companionEnv is what fleetd, or IT, tells a desktop that has no orbit of ours.
func (s *Stack) companionEnv() []string {
	return []string{
		"FLEET_DESKTOP_FLEET_URL=" + s.Server, "FLEET_DESKTOP_DEVICE_IDENTIFIER_PATH=" + s.TokenFile(),
		"FLEET_DESKTOP_SWIFT_DIALOG=" + s.dialog, "FLEET_DESKTOP_HOST=" + s.MacFile(),
		"FLEET_DESKTOP_POLL_INTERVAL=" + s.opts.Poll.String(), "FLEET_DESKTOP_FORCED_INTERVAL=" + s.opts.Forced.String(),
		"FLEET_DESKTOP_GAP_INTERVAL=" + s.opts.Gap.String(),
	}
}

// awaitHost waits until the server knows the Mac, and tells it what Apple
// would: that the Mac is assigned to Fleet.
func (s *Stack) awaitHost(ctx context.Context) error {
	known := s.Wait(ctx, "the agent to enroll", func() bool {
		_, err := os.Stat(s.TokenFile())
		return err == nil && s.Log.Has("server", "/api/osquery/distributed/write")
	})
	if known != nil {
		return known
	}
	if s.opts.Manual {
		return nil
	}
	if _, err := s.Admin(ctx, "POST", "/api/latest/fleet/hosts/"+Serial+"/assign", nil); err != nil {
		return fmt.Errorf("assigning the Mac in Apple Business: %w", err)
	}
	return nil
}
