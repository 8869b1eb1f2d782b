package archive

import (
	"io"
	"os"
	"path"
)

// pkgSource walks the Payload of every component of a flat package.
type pkgSource struct {
	file   *os.File
	xar    *xar
	limits Limits
}

func openPkg(file *os.File, size int64, limits Limits) (source, error) {
	x, err := openXar(file, size, limits)
	if err != nil {
		return nil, err
	}
	return &pkgSource{file: file, xar: x, limits: limits}, nil
}

func (p *pkgSource) Close() error { return p.file.Close() }

func (p *pkgSource) walk(visit visitor) error {
	found := false
	for _, member := range p.xar.members {
		if path.Base(member.path) != "Payload" {
			continue
		}
		found = true
		if err := p.walkPayload(member, visit); err != nil {
			return err
		}
	}
	if !found {
		return unfit(LayerTOC, "give swiftDialog's own release package", "this package has no Payload")
	}
	return nil
}

func (p *pkgSource) walkPayload(member xarMember, visit visitor) error {
	raw, err := p.xar.open(member)
	if err != nil {
		return err
	}
	stream, err := openPayload(raw)
	if err != nil {
		return err
	}
	if err := walkCpio(stream, p.limits, visit); err != nil {
		return err
	}
	if err := drain(io.LimitReader(stream, p.limits.Total)); err != nil {
		return err
	}
	return drain(raw)
}
