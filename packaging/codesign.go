package packaging

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"fleetmigrate/packaging/archive"
	"fleetmigrate/packaging/macho"
)

// codesign puts signed copies of orbit and Fleet Desktop in place of what was
// given. swiftDialog stays as its project signed it.
func (b *Builder) codesign(ctx context.Context) error {
	if b.opts.Apple.CodesignIdentity == "" {
		return nil
	}
	var err error
	if b.staging, err = os.MkdirTemp("", "orbit-codesign-"); err != nil {
		return fmt.Errorf("signing code: %w", err)
	}
	ours := b.parts[0].(*own)
	for i, f := range ours.files {
		if f.Path == orbitPath {
			if ours.files[i].program, err = b.signProgram(ctx, f); err != nil {
				return err
			}
			ours.files[i].Size = ours.files[i].program.Size
		}
	}
	return b.signDesktop(ctx, ours)
}

func (b *Builder) signProgram(ctx context.Context, f file) (*macho.Universal, error) {
	to := filepath.Join(b.staging, "orbit")
	if err := f.visit(func(e Entry, body io.Reader) error { return stage(to, e, body) }); err != nil {
		return nil, fmt.Errorf("signing code: %w", err)
	}
	if err := b.opts.Apple.sign(ctx, to, DaemonLabel); err != nil {
		return nil, err
	}
	return join([]string{to})
}

// signDesktop stages the app, from whichever part it is in, signs it as a
// whole, and packs the signed folder instead.
func (b *Builder) signDesktop(ctx context.Context, ours *own) error {
	to := filepath.Join(b.staging, filepath.Base(desktopPath))
	found := false
	for _, p := range b.parts {
		err := p.walk(func(e Entry, body io.Reader) error {
			below, ok := strings.CutPrefix(e.Path, desktopPath)
			if !ok || (below != "" && below[0] != '/') {
				return nil
			}
			found = true
			return stage(to+filepath.FromSlash(below), e, body)
		})
		if err != nil {
			return fmt.Errorf("signing code: %w", err)
		}
	}
	if !found {
		return nil
	}
	if err := b.opts.Apple.sign(ctx, to, DesktopBundle); err != nil {
		return err
	}
	return b.replaceDesktop(to, ours)
}

func (b *Builder) replaceDesktop(signed string, ours *own) error {
	ours.drop(desktopPath)
	var kept []part
	for _, p := range b.parts {
		if app, ok := p.(*bundle); !ok || app.at != desktopPath {
			kept = append(kept, p)
		}
	}
	b.parts = kept
	var bundles []bundleInfo
	for _, info := range b.bundles {
		if info.path != desktopPath {
			bundles = append(bundles, info)
		}
	}
	b.bundles = bundles
	_, err := b.app(signed, archive.Wanted{Name: desktopName, BundleID: DesktopBundle}, desktopPath)
	return err
}

// stage writes one path to disk.
func stage(to string, e Entry, body io.Reader) error {
	switch {
	case e.Mode.IsDir():
		return os.MkdirAll(to, 0o755)
	case e.Link != "":
		return os.Symlink(e.Link, to)
	}
	file, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, e.Mode.Perm())
	if err != nil {
		return err
	}
	_, err = io.Copy(file, body)
	return errors.Join(err, file.Close())
}
