package store

import (
	"fmt"
	"sync"
	"sync/atomic"
)

// file keeps the state in two files: the whole as it once was, and a log of what
// changed since, so that a change costs the same whatever the number of hosts.
// Changes are counted: a writer whose change has been written by another one has
// nothing to do.
type file struct {
	path    string
	changed atomic.Uint64

	mu         sync.Mutex
	written    uint64 // the count the files hold
	generation uint64 // of the whole on disk
	size       int64  // of the whole on disk, in bytes
	log        *log   // nil until the whole was written, and after a failure
}

// sync returns when the files hold everything that was changed before the call.
func (s *Store) sync() error {
	f := s.file
	if f == nil {
		return nil
	}
	mine := f.changed.Add(1)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.written >= mine {
		return nil
	}
	covers := f.changed.Load()
	if err := s.write(); err != nil {
		f.log.close()
		f.log = nil // what it holds now is unknown: the whole is written next
		return fmt.Errorf("writing the state: %w", err)
	}
	f.written = covers
	return nil
}

// write needs the file's lock.
func (s *Store) write() error {
	f, b := s.file, s.takeChanges()
	switch {
	case !f.log.usable() || f.log.size > max(f.size, minLog):
		return s.writeWhole()
	case b.empty():
		return nil
	}
	return f.log.append(b)
}

// writeWhole starts anew: the whole under the next generation, then an empty log
// of it. A crash between the two leaves a log that belongs to no whole.
func (s *Store) writeWhole() (err error) {
	f := s.file
	st := s.snapshot()
	st.Generation = f.generation + 1
	if f.size, err = writeAtomic(f.path, st); err != nil {
		return err
	}
	f.generation = st.Generation
	f.log.close()
	f.log, err = newLog(f.path, f.generation)
	return err
}
