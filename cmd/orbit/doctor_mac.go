package main

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"howett.net/plist"

	"fleetmigrate/agent/atomicfile"
	"fleetmigrate/agent/daemon"
	"fleetmigrate/agent/host"
	"fleetmigrate/agent/options"
	"fleetmigrate/swiftdialog"
)

// swiftDialogTeam signs swiftDialog's releases.
const swiftDialogTeam = "PWA5E9TQ59"

// dialogPlaces are where the desktop looks for swiftDialog, in its order.
func (p *patient) dialogPlaces() []string {
	if path := p.c.Policy.SwiftDialog; path != "" {
		return []string{path}
	}
	return []string{
		p.in("Dialog.app/Contents/MacOS/Dialog"),
		p.c.OnHost("/opt/orbit/bin/swiftDialog/macos/stable/Dialog.app/Contents/MacOS/Dialog"),
		p.c.OnHost("/Library/Application Support/Dialog/Dialog.app/Contents/MacOS/Dialog"),
	}
}

func (p *patient) swiftDialog(ctx context.Context) []finding {
	path := ""
	for _, place := range p.dialogPlaces() {
		if _, err := os.Stat(place); err == nil {
			path = place
			break
		}
	}
	if path == "" {
		return []finding{bad(warn, "install the package that orbit package made with swiftDialog, or set the option swift-dialog",
			"swiftDialog is not there: the system's plain dialogs are used")}
	}
	macOS := ""
	if f, err := p.commands.Hardware(ctx); err == nil {
		macOS = f.OSVersion
	}
	version, err := swiftdialog.New(swiftdialog.Config{Path: path, MacOS: macOS}).Check()
	if err != nil {
		return []finding{bad(warn, "install another release of swiftDialog", "the system's plain dialogs are used: %v", err)}
	}
	app := filepath.Dir(filepath.Dir(filepath.Dir(path)))
	team, err := p.commands.Team(ctx, app)
	switch {
	case err != nil:
		return []finding{bad(fail, "install swiftDialog anew from its release or your package", "swiftDialog %s at %s: %v", version, app, err)}
	case team != swiftDialogTeam:
		return []finding{bad(warn, "if you signed it yourself, this is right; else install it anew", "swiftDialog %s is signed by team %s, not by its makers (%s)", version, team, swiftDialogTeam)}
	}
	return []finding{good("swiftDialog %s at %s, signed by its makers", version, app)}
}

// notifications looks at what profiles say: whether a person allowed them by
// hand is theirs alone to read. Dialogs are windows and need no approval.
func (p *patient) notifications(context.Context) []finding {
	const domain = "com.apple.notificationsettings"
	data, err := atomicfile.Read(options.ManagedFile(p.c.HostRoot, domain), 1<<20)
	if err == nil {
		var managed struct {
			Settings []struct {
				Bundle  string `plist:"BundleIdentifier"`
				Enabled bool   `plist:"NotificationsEnabled"`
			} `plist:"NotificationSettings"`
		}
		if _, err := plist.Unmarshal(data, &managed); err == nil {
			for _, s := range managed.Settings {
				if s.Bundle == "au.csdnet.dialog" && s.Enabled {
					return []finding{good("a profile allows swiftDialog's notifications")}
				}
			}
		}
	}
	return []finding{bad(warn, "push the notifications profile that orbit package makes; dialogs work without it", "no profile allows swiftDialog's notifications")}
}

func (p *patient) enrollment(ctx context.Context) []finding {
	e, err := p.commands.Enrollment(ctx)
	switch {
	case err != nil:
		return []finding{bad(fail, "run it on a Mac; try: profiles status -type enrollment", "%v", err)}
	case !e.Enrolled:
		return []finding{bad(warn, "if Fleet should have it by now: sudo profiles renew -type enrollment, or \"Turn on MDM\" on the My device page", "this Mac is in no MDM")}
	}
	return []finding{good("this Mac is %s", enrollment(e, p.c.Policy.IsFleet(e.ServerURL)))}
}

func (p *patient) apple(ctx context.Context) []finding {
	if !p.root {
		return []finding{bad(warn, "run it with sudo", "the ledger of Apple's answers is root's to read")}
	}
	ledger := daemon.NewLedger(p.c.Private(), p.commands)
	var ade host.ADE
	var apple daemon.AppleStatus
	var err error
	if p.askApple {
		ade, apple, err = ledger.Assignment(ctx, true)
	} else {
		ade, apple, err = ledger.Peek()
	}
	says := assignment(ade, time.Now())
	switch {
	case err != nil:
		return []finding{bad(warn, "look at the disk", "%v", err)}
	case ade.Unknown:
		return []finding{bad(warn, "sudo orbit doctor --ask-apple ("+orUnknown(apple.LastSaid)+")", "%s", says)}
	case !ade.Assigned:
		return []finding{bad(warn, "assign its serial to Fleet in Apple Business, or let the person enroll by hand", "%s", says)}
	case !p.c.Policy.IsFleet(ade.ConfigurationWebURL):
		return []finding{bad(fail, "assign its serial to Fleet in Apple Business, or add that host to the option mdm-hosts", "%s, which is not this Fleet", says)}
	}
	return []finding{good("%s", says)}
}
