package verify

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// machReader reads a file in one direction and knows where it is.
type machReader struct {
	r  *bufio.Reader
	at uint64
}

func (m *machReader) read(n uint64) ([]byte, error) {
	buf := make([]byte, n)
	got, err := io.ReadFull(m.r, buf)
	m.at += uint64(got)
	return buf, err
}

// copyTo passes on everything before an offset.
func (m *machReader) copyTo(w io.Writer, offset uint64) error {
	if offset < m.at {
		return fmt.Errorf("something at %d lies before %d", offset, m.at)
	}
	n, err := io.CopyN(w, m.r, int64(offset-m.at))
	m.at += uint64(n)
	return err
}

// checkMachO checks a program's header, its slices and their signatures, and
// gives the architectures that it is for.
func checkMachO(s *scope, r *bufio.Reader, size int64) (archs []string) {
	m := &machReader{r: r}
	head, err := r.Peek(8)
	if err != nil {
		return nil
	}
	magic := binary.BigEndian.Uint32(head)
	if magic != magicFat && magic != magicFat64 {
		archs = []string{"processors of before 2012"}
		if magic == magicThin {
			archs[0] = slice{cpu: binary.LittleEndian.Uint32(head[4:])}.arch()
		}
		reportMachO(s, checkSlice(s, m, slice{size: uint64(size)}, false))
		return archs
	}
	slices, err := readFat(s, m, magic == magicFat64, uint64(size))
	if err != nil {
		reportMachO(s, err)
		return nil
	}
	for _, part := range slices {
		archs = append(archs, part.arch())
		if err := m.copyTo(io.Discard, part.offset); err != nil {
			reportMachO(s, err)
			return archs
		}
		if err := checkSlice(s, m, part, true); err != nil {
			reportMachO(s, fmt.Errorf("%s slice: %w", part.arch(), err))
			return archs
		}
	}
	return archs
}

// reportMachO leaves a broken stream to the layer it broke in.
func reportMachO(s *scope, err error) {
	switch {
	case err == nil || errors.Is(err, errBelow):
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		s.fail("ends before it should")
	default:
		s.fail("%v", err)
	}
}
