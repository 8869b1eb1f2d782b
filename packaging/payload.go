package packaging

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"path"
	"time"

	"fleetmigrate/packaging/bom"
	"fleetmigrate/packaging/cpio"
	"fleetmigrate/packaging/deflate"
	"fleetmigrate/packaging/xar"
)

// payload is what the archive must know of the spooled Payload. It is what a
// cache keeps beside the stream, hence the names for JSON.
type payload struct {
	Length int64    `json:"length"` // of the gzip stream
	Digest []byte   `json:"digest"` // of the same, by the archive's hash
	CRC32C uint32   `json:"crc32c"` // of the same, against rot in a cache
	Bom    xar.Blob `json:"bom"`
	Paths  int      `json:"paths"`
	KBytes int64    `json:"kbytes"` // unpacked, rounded up
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

const copyBuffer = 256 << 10

// packer streams parts into a Payload.
type packer struct {
	ctx      context.Context
	cpio     *cpio.Writer
	links    map[string]int
	bom      []bom.Entry
	bytes    int64
	total    int64
	buffer   []byte
	progress func(done, total int64)
}

// pack writes the Payload of parts to w.
func pack(ctx context.Context, w io.Writer, parts []part, epoch time.Time, sum crypto.Hash, progress func(done, total int64)) (payload, error) {
	digest, crc := sum.New(), crc32.New(castagnoli)
	counted := &counter{w: io.MultiWriter(w, digest, crc)}
	zip := deflate.NewWriter(counted)
	p := &packer{ctx: ctx, cpio: cpio.NewWriter(zip, epoch), links: map[string]int{}, buffer: make([]byte, copyBuffer), progress: progress}
	err := p.pack(parts)
	if closed := zip.Close(); closed != nil {
		// Below a full disk every writer fails; the disk's own words are here.
		err = closed
	}
	if err != nil {
		return payload{}, fmt.Errorf("writing payload: %w", err)
	}
	list, err := bom.Bytes(p.bom, epoch)
	return payload{counted.n, digest.Sum(nil), crc.Sum32(), xar.Pack(list, sum), len(p.bom), (p.bytes + 1023) / 1024}, err
}

func (p *packer) pack(parts []part) error {
	for _, part := range parts {
		for _, e := range part.entries() {
			p.total += e.Size
			if e.Mode.IsDir() {
				p.links[e.Path] += 2
			}
			if e.Path != "." {
				p.links[path.Dir(e.Path)]++
			}
		}
	}
	for _, part := range parts {
		if err := part.walk(p.member); err != nil {
			return err
		}
	}
	return p.cpio.Close()
}

// member adds one path to the cpio stream and to the Bom.
func (p *packer) member(e Entry, body io.Reader) error {
	links := 1
	if e.Mode.IsDir() {
		links = p.links[e.Path]
	}
	if err := p.cpio.WriteHeader(cpio.Header{Path: e.Path, Mode: e.Mode, Size: e.Size, Link: e.Link, Links: links}); err != nil {
		return err
	}
	entry := bom.Entry{Path: e.Path, Mode: e.Mode, Size: e.Size, Link: e.Link}
	if body != nil {
		var sum bom.Sum
		if err := p.copy(body, &sum); err != nil {
			return fmt.Errorf("packing %s: %w", e.Path, err)
		}
		entry.Cksum = sum.Sum32()
	}
	p.bom = append(p.bom, entry)
	return nil
}

func (p *packer) copy(body io.Reader, sum *bom.Sum) error {
	for {
		if err := p.ctx.Err(); err != nil {
			return err
		}
		n, err := body.Read(p.buffer)
		_, _ = sum.Write(p.buffer[:n])
		if _, werr := p.cpio.Write(p.buffer[:n]); werr != nil {
			return werr
		}
		p.bytes += int64(n)
		if p.progress != nil {
			p.progress(p.bytes, p.total)
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
	}
}

type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}
