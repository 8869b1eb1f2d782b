package packaging

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"fleetmigrate/packaging/archive"
	"fleetmigrate/packaging/macho"
)

// gather opens every input and lays out the Payload.
func (b *Builder) gather(ctx context.Context) error {
	if err := b.opts.Apple.check(); err != nil {
		return err
	}
	orbit, err := join(b.opts.Orbit)
	if err != nil {
		return fmt.Errorf("packing orbit: %w", err)
	}
	if err := b.fitsMacs(orbit.Archs); err != nil {
		return err
	}
	ours := &own{}
	ours.addProgram(orbitPath, orbit)
	ours.add(removerPath, 0o755, script("uninstall"))
	ours.add(daemonPath, 0o644, daemonPlist(b.opts.Insecure))
	ours.add(newsyslogPath, 0o644, []byte(newsyslog))
	program, err := b.desktop(ours)
	if err != nil {
		return err
	}
	if program != "" {
		ours.add(agentPath, 0o644, agentPlist(program))
	}
	if err := b.dialog(); err != nil {
		return err
	}
	var apps []string
	for _, p := range b.parts {
		apps = append(apps, p.(*bundle).at)
	}
	ours.settle(apps)
	b.parts = append([]part{ours}, b.parts...)
	if b.opts.FleetURL != "" && b.opts.EnrollSecret == "" {
		b.warnings = append(b.warnings, "there is no enroll secret in it: orbit waits for one in managed preferences")
	}
	return b.codesign(ctx)
}

func join(files []string) (*macho.Universal, error) {
	var programs []*macho.Program
	for _, file := range files {
		p, err := macho.Open(file)
		if err != nil {
			return nil, err
		}
		programs = append(programs, p)
	}
	return macho.Join(programs...)
}

// fitsMacs notes what orbit's program is for.
func (b *Builder) fitsMacs(archs []macho.Arch) error {
	b.archs = slices.Sorted(slices.Values(archs))
	if len(archs) == 0 {
		return errors.New("packing orbit: its program is for no architecture")
	}
	b.fits(orbitName, archs, []macho.Arch{macho.ARM64, macho.AMD64})
	return nil
}

// desktop adds Fleet Desktop and gives the name of its program, or "" when
// there is none.
func (b *Builder) desktop(ours *own) (string, error) {
	switch {
	case len(b.opts.Desktop) > 0:
		program, err := join(b.opts.Desktop)
		if err != nil {
			return "", fmt.Errorf("packing Fleet Desktop: %w", err)
		}
		b.fits(desktopName, program.Archs, b.archs)
		b.bundles = append(b.bundles, ours.addDesktop(program, b.opts.Version, b.opts.MinMacOS))
		return desktopProgram, nil
	case b.opts.DesktopApp != "":
		wanted := archive.Wanted{Name: desktopName, BundleID: DesktopBundle, Mend: "give the app that `make pkg` builds on a Mac"}
		app, err := b.app(b.opts.DesktopApp, wanted, desktopPath)
		if err != nil {
			return "", err
		}
		if !app.MenuBarOnly {
			b.warnings = append(b.warnings, "Fleet Desktop's Info.plist lacks LSUIElement: it shows an icon in the Dock")
		}
		return app.Executable, nil
	}
	b.warnings = append(b.warnings, "Fleet Desktop is not in it: nobody sees anything")
	return "", nil
}

func (b *Builder) dialog() error {
	if b.opts.SwiftDialog == "" {
		b.warnings = append(b.warnings, "swiftDialog is not in it: where the Mac has none, plain dialogs are shown")
		return nil
	}
	_, err := b.app(b.opts.SwiftDialog, archive.SwiftDialog, dialogPath)
	return err
}

func (b *Builder) app(source string, wanted archive.Wanted, at string) (*archive.App, error) {
	app, err := archive.Open(source, wanted, b.opts.MinMacOS, archive.Config{})
	if err != nil {
		return nil, err
	}
	b.apps = append(b.apps, app)
	part := &bundle{at: at, app: app, source: source}
	b.parts = append(b.parts, part)
	b.bundles = append(b.bundles, part.info())
	b.fitsApp(wanted.Name, app)
	return app, nil
}

// fitsApp looks at the app's program. Of a Mac that orbit is not for nothing is
// said: it does not get that far.
func (b *Builder) fitsApp(name string, app *archive.App) {
	archs := macho.Archs(app.Head)
	if len(archs) == 0 {
		b.warnings = append(b.warnings, fmt.Sprintf("%s's program %s is not a Mach-O program for any Mac: check what was given", name, app.Executable))
		return
	}
	b.fits(name, archs, b.archs)
}
