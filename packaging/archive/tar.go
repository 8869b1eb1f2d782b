package archive

import (
	"archive/tar"
	"io"
	"io/fs"
	"os"
)

// tarSource walks a tar, gzipped or plain.
type tarSource struct {
	file   *os.File
	gzip   bool
	limits Limits
}

func (t *tarSource) Close() error { return t.file.Close() }

func (t *tarSource) walk(visit visitor) error {
	if _, err := t.file.Seek(0, io.SeekStart); err != nil {
		return damaged(LayerFile, err, "going back to its beginning")
	}
	var stream io.Reader = t.file
	if t.gzip {
		unpacked, err := openGzip(t.file)
		if err != nil {
			return err
		}
		stream = unpacked
	}
	return walkTar(stream, t.limits, visit)
}

func walkTar(r io.Reader, limits Limits, visit visitor) error {
	spent := budget{limits: limits, layer: LayerTar}
	// The extra bytes leave room for the headers, and stop a stream of them
	// that never yields a member.
	reader := tar.NewReader(&cappedReader{r: r, left: limits.Total + int64(limits.Entries)*4096})
	for {
		header, err := reader.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return readFault(LayerTar, err, "reading a header")
		}
		if header.Typeflag == tar.TypeXGlobalHeader {
			continue
		}
		entry, err := tarEntry(header)
		if err != nil {
			return err
		}
		if err := spent.spend(entry.Name, entry.Size); err != nil {
			return err
		}
		if err := visit(entry, reader); err != nil {
			return err
		}
	}
}

func tarEntry(h *tar.Header) (Entry, error) {
	name, err := cleanName(LayerTar, h.Name)
	if err != nil {
		return Entry{}, err
	}
	entry := Entry{Name: name, Mode: fs.FileMode(h.Mode & 0o777)}
	switch h.Typeflag {
	case tar.TypeReg:
		entry.Size = h.Size
		if h.Mode&0o6000 != 0 {
			entry.Mode |= fs.ModeSetuid
		}
	case tar.TypeDir:
		entry.Mode |= fs.ModeDir
	case tar.TypeSymlink:
		entry.Mode |= fs.ModeSymlink
		entry.Link = h.Linkname
	case tar.TypeLink:
		return entry, unfit(LayerTar, "give the .app folder", "%q is a hard link to %q", name, h.Linkname)
	default:
		return entry, damaged(LayerTar, nil, "%q is neither file, folder nor link (type %q)", name, h.Typeflag)
	}
	return entry, nil
}

// cappedReader fails, where io.LimitReader would end like a sound archive.
type cappedReader struct {
	r    io.Reader
	left int64
}

func (c *cappedReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if c.left -= int64(n); c.left < 0 {
		return 0, damaged(LayerTar, nil, "unpacks to more than an app can need")
	}
	return n, err
}
