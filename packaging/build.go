package packaging

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"fleetmigrate/packaging/archive"
	"fleetmigrate/packaging/macho"
)

// Builder is a package whose inputs are checked and listed.
type Builder struct {
	opts     Options
	parts    []part
	bundles  []bundleInfo
	archs    []macho.Arch
	apps     []*archive.App
	gaps     []Gap
	staging  string // signed copies of the programs; empty when nothing was signed
	warnings []string
}

// New checks the options and every input, and lists what goes in. It writes
// nothing, unless Apple's codesign is asked for, which works on copies. Close
// must be called.
func New(ctx context.Context, opts Options) (*Builder, error) {
	opts, err := opts.checked()
	if err != nil {
		return nil, fmt.Errorf("checking options: %w", err)
	}
	b := &Builder{opts: opts}
	if err := b.gather(ctx); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return b, nil
}

// Close lets go of the inputs.
func (b *Builder) Close() error {
	var errs []error
	for _, app := range b.apps {
		errs = append(errs, app.Close())
	}
	if b.staging != "" {
		errs = append(errs, os.RemoveAll(b.staging))
	}
	return errors.Join(errs...)
}

// Warnings are sentences a person should read once.
func (b *Builder) Warnings() []string { return b.warnings }

// Payload lists what is installed, in the order it is packed.
func (b *Builder) Payload() []Entry {
	var out []Entry
	for _, p := range b.parts {
		out = append(out, p.entries()...)
	}
	return out
}

// Scripts lists what travels beside the Payload and is not installed as it is.
func (b *Builder) Scripts() []Entry { return (&own{b.opts.scripts()}).entries() }

// Archs are the architectures that orbit is for.
func (b *Builder) Archs() []macho.Arch { return b.archs }

// Written is what WriteFile wrote.
type Written struct {
	Size    int64 // of the package
	SHA256  []byte
	Payload int64 // bytes of its Payload, compressed
	Cached  bool  // the Payload came out of the cache
}

// WriteFile makes the package under that name, which holds a whole package
// afterwards, or what it held before and an error. With an enroll secret in it
// only its owner can read the file.
func (b *Builder) WriteFile(ctx context.Context, name string) (Written, error) {
	written, err := b.writeFile(ctx, name)
	if errors.Is(err, errRotten) && b.opts.Cache != nil {
		// The cache's copy was used, and is forgotten: pack anew.
		written, err = b.writeFile(ctx, name)
	}
	if err != nil {
		return written, fmt.Errorf("making %s: %w", name, explain(err, name))
	}
	return written, nil
}

func (b *Builder) writeFile(ctx context.Context, name string) (written Written, err error) {
	if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() {
		return written, errors.New("there is something there that is not a file; give another name")
	}
	spool, err := b.spool(ctx, filepath.Dir(name))
	if err != nil {
		return written, err
	}
	defer spool.close()
	out, err := os.CreateTemp(filepath.Dir(name), ".orbit-package-*.pkg")
	if err != nil {
		return written, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, ignoreClosed(out.Close()), os.Remove(out.Name()))
		}
	}()
	sum, err := b.assemble(ctx, out, spool)
	if err != nil {
		spool.forget(err)
		return written, err
	}
	if sum, err = b.finish(ctx, out, sum); err != nil {
		return written, err
	}
	info, err := os.Stat(out.Name())
	if err != nil {
		return written, err
	}
	return Written{info.Size(), sum, spool.Length, spool.cached}, os.Rename(out.Name(), name)
}
