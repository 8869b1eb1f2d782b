package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"fleetmigrate/testdata/mockserver/appconfig"
)

// minLog is how far a log may grow before it is worth writing the whole anew, in bytes.
const minLog = 1 << 20

// batch is one line of the log: what changed together, as it is afterwards.
type batch struct {
	Generation uint64            `json:"generation,omitempty"` // only in the first line
	Config     *appconfig.Config `json:"config,omitempty"`
	AutoURL    string            `json:"auto_server_url,omitempty"`
	Hosts      []Host            `json:"hosts,omitempty"` // by id
	Activities []Activity        `json:"activities,omitempty"`
}

func (b batch) empty() bool {
	return b.Config == nil && len(b.Hosts) == 0 && len(b.Activities) == 0
}

// log is the open file beside the whole.
type log struct {
	out  *os.File
	size int64
}

func logPath(path string) string { return path + ".log" }

// newLog starts an empty log of a generation.
func newLog(path string, generation uint64) (*log, error) {
	out, err := os.OpenFile(logPath(path), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	l := &log{out: out}
	if err := errors.Join(l.append(batch{Generation: generation}), syncFolder(path)); err != nil {
		return nil, errors.Join(err, out.Close())
	}
	return l, nil
}

// append returns when the line is on disk.
func (l *log) append(b batch) error {
	line, err := json.Marshal(b)
	if err != nil {
		return err
	}
	n, err := l.out.Write(append(line, '\n'))
	l.size += int64(n)
	return errors.Join(err, l.out.Sync())
}

// usable reports whether the open file is still the one that a restart will
// read: somebody may have moved or removed it.
func (l *log) usable() bool {
	if l == nil {
		return false
	}
	open, err1 := l.out.Stat()
	named, err2 := os.Stat(l.out.Name())
	return err1 == nil && err2 == nil && os.SameFile(open, named)
}

func (l *log) close() {
	if l != nil {
		_ = l.out.Close() // every line was synced
	}
}

// replay brings the whole up to date with its log. A last line without its end
// was never promised to anybody; any other that can't be read is damage.
func replay(path string, s *state) error {
	raw, err := os.ReadFile(logPath(path))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading the state: %w", err)
	}
	lines := bytes.SplitAfter(raw, []byte("\n"))
	for i, line := range lines {
		if !bytes.HasSuffix(line, []byte("\n")) {
			return nil
		}
		var b batch
		if err := json.Unmarshal(line, &b); err != nil {
			return damaged(logPath(path), fmt.Sprintf("line %d: %v", i+1, err))
		}
		if i == 0 && b.Generation != s.Generation {
			return nil // of an older whole, which this one has replaced
		}
		if err := b.apply(s); err != nil {
			return damaged(logPath(path), fmt.Sprintf("line %d: %v", i+1, err))
		}
	}
	return nil
}

func (b batch) apply(s *state) error {
	if b.Config != nil {
		s.Config, s.AutoURL = *b.Config, b.AutoURL
	}
	for _, h := range b.Hosts {
		switch at := int(h.ID) - 1; {
		case at >= 0 && at < len(s.Hosts):
			s.Hosts[at] = h
		case at == len(s.Hosts):
			s.Hosts = append(s.Hosts, h)
		default:
			return fmt.Errorf("host %d comes after %d hosts", h.ID, len(s.Hosts))
		}
	}
	for _, a := range b.Activities {
		s.Activities, s.NextID = append(s.Activities, a), a.ID+1
	}
	return nil
}
