// Package tray is a StatusNotifier host: it owns the names on a private session
// bus that a panel would own, reads the menu of the program that registers,
// and clicks its items as a person would, that is, only what can be seen.
//
// The protocol is org.kde.StatusNotifierItem with com.canonical.dbusmenu, as
// fyne.io/systray 1.12 speaks it.
package tray

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Bus is a private session bus.
type Bus struct {
	Address string
	cmd     *exec.Cmd
}

// config is a session bus that every user may connect to who can reach its
// socket: on a Mac of stand-ins the person is somebody else than the panel.
const config = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=%s</listen>
  <auth>EXTERNAL</auth>
  <standard_session_servicedirs/>
  <policy context="default">
    <allow user="*"/>
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
    <allow own="*"/>
  </policy>
</busconfig>
`

// StartBus starts a dbus-daemon whose socket is in dir.
func StartBus(ctx context.Context, dir string) (*Bus, error) {
	path, err := exec.LookPath("dbus-daemon")
	if err != nil {
		return nil, fmt.Errorf("a session bus needs dbus-daemon (Debian: apt-get install dbus): %w", err)
	}
	file := filepath.Join(dir, "bus.conf")
	if err := os.WriteFile(file, fmt.Appendf(nil, config, filepath.Join(dir, "bus")), 0o600); err != nil {
		return nil, fmt.Errorf("configuring the session bus: %w", err)
	}
	cmd := exec.CommandContext(ctx, path, "--config-file="+file, "--nofork", "--nopidfile", "--print-address=1")
	cmd.SysProcAttr = attributes()
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "XDG_RUNTIME_DIR=" + dir}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting dbus-daemon: %w", err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		_ = cmd.Process.Kill()
		return nil, fmt.Errorf("dbus-daemon gave no address: %w", err)
	}
	return &Bus{Address: strings.TrimSpace(line), cmd: cmd}, nil
}

// Close ends the bus.
func (b *Bus) Close() {
	_ = b.cmd.Process.Kill()
	_ = b.cmd.Wait()
}
