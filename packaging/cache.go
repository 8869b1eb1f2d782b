package packaging

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// Cache keeps packed Payloads in a folder. It knows an input again by its path,
// inode, size and times, as make and git do, and does not read it.
type Cache struct {
	// Dir is the folder; it is made when something is kept. One that another user
	// owns or may write to is not used.
	Dir string
}

const (
	// cacheFormat is counted up when the same inputs give another Payload.
	cacheFormat = "3"
	// cacheKept is how many Payloads stay.
	cacheKept = 4
	// settled is how long an input must have been left alone: within the grain of
	// a file system's clock it could change again without a trace.
	settled = 2 * time.Second
	// maxAbout is more than a Bom of 100,000 paths takes.
	maxAbout = 64 << 20
)

func (c *Cache) names(key string) (payload, about string) {
	return filepath.Join(c.Dir, key+".payload"), filepath.Join(c.Dir, key+".json")
}

// open gives a kept Payload, or nil. What cannot be read, or what somebody else
// could have written, is as good as absent: root will run what is in it.
func (c *Cache) open(key string) *spool {
	name, about := c.names(key)
	if c.private() != nil {
		return nil
	}
	found := &spool{cached: true}
	if !found.describe(about, key) {
		return nil
	}
	var info fs.FileInfo
	var err error
	if found.file, info, err = openOwn(name); err != nil {
		return nil
	}
	if info.Size() != found.Length {
		found.close()
		return nil
	}
	now := time.Now()
	_ = os.Chtimes(about, now, now) // for prune: it was used
	return found
}

// describe reads what was kept of a Payload, and is false for what was not kept
// under that key or is damaged.
func (s *spool) describe(about, key string) bool {
	file, _, err := openOwn(about)
	if err != nil {
		return false
	}
	defer file.Close()
	raw, err := io.ReadAll(io.LimitReader(file, maxAbout))
	sum, text, _ := bytes.Cut(raw, []byte("\n"))
	return err == nil && string(sum) == sumOf(key, text) && json.Unmarshal(text, &s.payload) == nil
}

// drop forgets a Payload.
func (c *Cache) drop(key string) {
	name, about := c.names(key)
	_, _ = os.Remove(about), os.Remove(name) // what stays is found out again
}

// keep stores a Payload: the stream first, then what is known of it, which is
// what makes it count.
func (c *Cache) keep(key string, made *spool, newest time.Time) error {
	if time.Since(newest) < settled {
		return nil
	}
	if err := c.store(key, made); err != nil {
		return fmt.Errorf("keeping the payload in %s: %w; run with --no-cache to do without", c.Dir, err)
	}
	return nil
}

func (c *Cache) store(key string, made *spool) error {
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return err
	}
	if err := c.private(); err != nil {
		return err
	}
	about, err := json.Marshal(made.payload)
	if err != nil {
		return err
	}
	name, aboutName := c.names(key)
	if err := replace(name, made.copyTo); err != nil {
		return err
	}
	err = replace(aboutName, func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "%s\n%s", sumOf(key, about), about)
		return err
	})
	return errors.Join(err, c.prune())
}

// sumOf guards what is known of a Payload against rot and against another name,
// as a line before it.
func sumOf(key string, about []byte) string {
	return fmt.Sprintf("%08x", crc32.Update(crc32.Checksum([]byte(key), castagnoli), castagnoli, about))
}

func replace(name string, write func(io.Writer) error) error {
	file, err := os.CreateTemp(filepath.Dir(name), ".new-*")
	if err != nil {
		return err
	}
	if err = errors.Join(write(file), file.Close()); err == nil {
		err = os.Rename(file.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return nil
}

// prune removes all but the last used.
func (c *Cache) prune() error {
	all, err := filepath.Glob(filepath.Join(c.Dir, "*.json"))
	if err != nil {
		return err
	}
	used := func(name string) int64 {
		info, err := os.Stat(name)
		if err != nil {
			return 0
		}
		return info.ModTime().UnixNano()
	}
	slices.SortFunc(all, func(a, b string) int { return cmp.Compare(used(b), used(a)) })
	var errs []error
	for _, about := range all[min(cacheKept, len(all)):] {
		errs = append(errs, os.Remove(about), os.Remove(about[:len(about)-len("json")]+"payload"))
	}
	return errors.Join(errs...)
}
