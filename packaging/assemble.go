package packaging

import (
	"context"
	"crypto"
	"crypto/sha256"
	"errors"
	"io"
	"os"

	"fleetmigrate/packaging/xar"
)

// finish closes the file and hands it to Apple's tools where asked, which change
// it once more.
func (b *Builder) finish(ctx context.Context, out *os.File, sum []byte) ([]byte, error) {
	if err := out.Close(); err != nil {
		return nil, err
	}
	if b.opts.Apple.NotaryProfile == "" {
		return sum, nil
	}
	if err := b.opts.Apple.notarize(ctx, out.Name()); err != nil {
		return nil, err
	}
	return sha256Of(out.Name())
}

// assemble writes the archive around the spooled Payload, hashes it meanwhile,
// and makes it durable. The Sync is for the rename that follows: it reaches the
// disk within seconds, the contents may take half a minute, and a power cut in
// between would leave an empty or half package under the final name, after its
// hash was printed. A network's disk that is full says so here, too.
func (b *Builder) assemble(ctx context.Context, out *os.File, spool *spool) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	sealed, err := b.seal(ctx, spool)
	if err != nil {
		return nil, err
	}
	mode := os.FileMode(0o644)
	if b.opts.EnrollSecret != "" {
		mode = 0o600
	}
	hashed := newHashing(out, sha256.New())
	if err = errors.Join(sealed.Write(hashed), out.Chmod(mode)); err == nil {
		err = out.Sync()
	}
	return hashed.finish(), err
}

func (b *Builder) seal(ctx context.Context, spool *spool) (*xar.Sealed, error) {
	scripts, err := packScripts(b.opts.scripts(), b.opts.Epoch)
	if err != nil {
		return nil, err
	}
	sum := b.opts.Hash
	return xar.Archive{
		Hash: sum, Created: b.opts.Epoch, Folder: component, Signature: b.signature(ctx),
		Top: []xar.File{xar.Packed("Distribution", distribution(b.opts, spool.payload, b.archs), sum)},
		Files: []xar.File{
			spool.Bom.File("Bom", sum),
			xar.Stored("Payload", spool.Length, spool.Digest, spool.copyTo),
			xar.Stored("Scripts", int64(len(scripts)), digest(sum, scripts), func(w io.Writer) error {
				_, err := w.Write(scripts)
				return err
			}),
			xar.Packed("PackageInfo", packageInfo(b.opts.Version, spool.payload, b.bundles), sum),
		},
	}.Seal()
}

func (b *Builder) signature(ctx context.Context) *xar.Signature {
	s := b.opts.Signer
	if s == nil {
		return nil
	}
	return &xar.Signature{
		Certificates: s.Certificates(), RSASize: s.RSASize(), CMSSize: s.CMSSize(),
		Sign: func(digest []byte, hash crypto.Hash) ([]byte, []byte, error) { return s.SignTOC(ctx, digest, hash) },
	}
}

func digest(hash crypto.Hash, raw []byte) []byte {
	h := hash.New()
	h.Write(raw)
	return h.Sum(nil)
}

func sha256Of(name string) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	h := sha256.New()
	_, err = io.Copy(h, file)
	return h.Sum(nil), err
}

func ignoreClosed(err error) error {
	if errors.Is(err, os.ErrClosed) {
		return nil
	}
	return err
}
