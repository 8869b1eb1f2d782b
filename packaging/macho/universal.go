package macho

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
)

const (
	fatMagic = 0xcafebabe
	fatEntry = 20
	// The page sizes a slice must begin at, as powers of two.
	alignAMD64 = 12
	alignARM64 = 14
)

// Universal is a program for several architectures in the making.
type Universal struct {
	Archs  []Arch
	Size   int64
	header []byte
	parts  []part
}

// part is a program's place in the universal file.
type part struct {
	program *Program
	offset  int64
}

// Join puts programs together. One program, thin or universal, is passed on as
// it is; several must be thin and for different architectures. The result
// begins with x86_64, as Apple's tools have it.
func Join(programs ...*Program) (*Universal, error) {
	if len(programs) == 0 {
		return nil, errors.New("joining programs: there are none")
	}
	if len(programs) == 1 {
		p := programs[0]
		return &Universal{Archs: p.Archs, Size: p.Size, parts: []part{{p, 0}}}, nil
	}
	var thin []slice
	for _, p := range programs {
		if len(p.slices) != 1 {
			return nil, fmt.Errorf("joining programs: %s is universal already (%s); give it alone", p.File, names(p.Archs))
		}
		thin = append(thin, p.slices[0])
	}
	slices.SortFunc(thin, func(a, b slice) int { return cmp.Compare(a.arch, b.arch) })
	for i := 1; i < len(thin); i++ {
		if thin[i].arch == thin[i-1].arch {
			return nil, fmt.Errorf("joining programs: %s and %s are both for %s", thin[i-1].program.File, thin[i].program.File, thin[i].arch.Apple())
		}
	}
	return layOut(thin)
}

func layOut(thin []slice) (*Universal, error) {
	u := &Universal{}
	u.header = binary.BigEndian.AppendUint32(nil, fatMagic)
	u.header = binary.BigEndian.AppendUint32(u.header, uint32(len(thin)))
	u.Size = int64(len(u.header) + fatEntry*len(thin))
	for _, s := range thin {
		align := uint32(alignARM64)
		if s.arch == AMD64 {
			align = alignAMD64
		}
		page := int64(1) << align
		offset := (u.Size + page - 1) / page * page
		if offset+s.program.Size > math.MaxUint32 {
			return nil, fmt.Errorf("joining programs: %s is too large; a universal file ends at 4 GiB", s.program.File)
		}
		for _, v := range []uint32{s.cpu, s.subtype, uint32(offset), uint32(s.program.Size), align} {
			u.header = binary.BigEndian.AppendUint32(u.header, v)
		}
		u.parts = append(u.parts, part{s.program, offset})
		u.Archs = append(u.Archs, s.arch)
		u.Size = offset + s.program.Size
	}
	return u, nil
}

// Files are the programs it is made of.
func (u *Universal) Files() []string {
	var out []string
	for _, p := range u.parts {
		out = append(out, p.program.File)
	}
	return out
}

// Open gives the joined bytes, Size of them, read from the programs as they go.
func (u *Universal) Open() (io.ReadCloser, error) {
	joined := &reader{}
	readers := []io.Reader{bytes.NewReader(u.header)}
	at := int64(len(u.header))
	for _, p := range u.parts {
		file, err := os.Open(p.program.File)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("reading program: %w", err), joined.Close())
		}
		joined.files = append(joined.files, file)
		readers = append(readers, bytes.NewReader(make([]byte, p.offset-at)), io.LimitReader(file, p.program.Size))
		at = p.offset + p.program.Size
	}
	joined.Reader = io.MultiReader(readers...)
	return joined, nil
}

type reader struct {
	io.Reader
	files []*os.File
}

func (r *reader) Close() error {
	var errs []error
	for _, f := range r.files {
		errs = append(errs, f.Close())
	}
	return errors.Join(errs...)
}
