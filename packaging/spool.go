package packaging

import (
	"context"
	"errors"
	"hash/crc32"
	"io"
	"os"
)

// spool is a packed Payload on disk: the archive's table of contents comes
// first and must know its length and digest.
type spool struct {
	payload
	file   *os.File
	cached bool
	drop   func() // takes it out of the cache; nil when it is not from there
}

// spool gives the Payload, out of the cache if it has it.
func (b *Builder) spool(ctx context.Context, dir string) (*spool, error) {
	if b.opts.Cache == nil {
		return b.pack(ctx, dir)
	}
	key, err := b.cacheKey()
	if err != nil {
		return nil, err
	}
	if found := b.opts.Cache.open(key); found != nil {
		found.drop = func() { b.opts.Cache.drop(key) }
		return found, nil
	}
	made, err := b.pack(ctx, dir)
	if err != nil {
		return nil, err
	}
	if err := b.opts.Cache.keep(key, made, b.newestOrigin()); err != nil {
		// A cache is a convenience: what it cannot keep is made again.
		b.warnings = append(b.warnings, err.Error())
	}
	return made, nil
}

// pack streams the parts into a file without a name, which is gone when it is
// closed, however the process ends.
func (b *Builder) pack(ctx context.Context, dir string) (*spool, error) {
	file, err := os.CreateTemp(dir, ".orbit-package-*.payload")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(file.Name()); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	p, err := pack(ctx, file, b.parts, b.opts.Epoch, b.opts.Hash, b.opts.Progress)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return &spool{payload: p, file: file}, nil
}

// forget takes a Payload that has rotted out of the cache.
func (s *spool) forget(err error) {
	if s.drop != nil && errors.Is(err, errRotten) {
		s.drop()
	}
}

func (s *spool) close() { _ = s.file.Close() } // only read from

// copyTo copies the Payload, and finds out whether it is still the one that was
// packed.
func (s *spool) copyTo(w io.Writer) error {
	crc := crc32.New(castagnoli)
	_, err := io.Copy(w, io.TeeReader(io.NewSectionReader(s.file, 0, s.Length), crc))
	if err == nil && crc.Sum32() != s.CRC32C {
		err = errRotten
	}
	return err
}

// errRotten is a Payload on disk that is not the one that was packed.
var errRotten = errors.New("the packed programs changed on disk")
