package options

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"fleetmigrate/agent/atomicfile"
)

// kept is what profiles said, per option. It outlives them: the old MDM takes
// its profiles along when it lets the Mac go, in the middle of the migration.
type kept map[string]keptValue

type keptValue struct {
	Text string    `json:"text"`
	At   time.Time `json:"at"`
}

// keptFile holds secrets: it lies in the private folder, 0600.
func keptFile(c Config) string { return filepath.Join(c.Private(), "kept-configuration.json") }

// loadKept reads what was kept. A damaged file is as none: the profiles, or the
// files of the pkg, say it again.
func loadKept(path string) (kept, error) {
	k := kept{}
	data, err := readOwned(path, maxPlist)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return k, nil
	}
	if err != nil {
		return k, fmt.Errorf("reading what was kept of profiles, %s: %w", path, err)
	}
	whole := kept{}
	if json.Unmarshal(data, &whole) != nil || whole == nil {
		return k, fmt.Errorf("reading what was kept of profiles: %s %w and does not count", path, errDamaged)
	}
	return whole, nil
}

var errDamaged = errors.New("is damaged")

// setAside moves a damaged file out of the way, so that it can be looked at and
// is not complained of for ever.
func setAside(path string, now time.Time) error {
	if err := os.Rename(path, path+".damaged-"+now.UTC().Format("20060102T150405")); err != nil {
		return fmt.Errorf("setting aside what was kept of profiles: %w", err)
	}
	return nil
}

func (k kept) save(path string) error {
	data, err := json.MarshalIndent(k, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding what is kept of profiles: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("keeping what profiles say: %w", err)
	}
	return atomicfile.Write(path, append(data, '\n'), 0o600)
}

// learn takes over what the profiles say now: good values are kept, and those
// of a profile that is still there but has dropped the key are forgotten. It
// reports whether anything changed.
func (k kept) learn(r Resolved, profiles map[string]profile, now time.Time) (changed bool) {
	for _, v := range r.Values {
		o := v.Option
		p, managed := profiles[o.Domain]
		if !managed || p.keys == nil {
			continue
		}
		w, there := p.word(o)
		switch old, had := k[o.Name]; {
		case !there && had:
			delete(k, o.Name)
			changed = true
		case there && w.err == nil && o.Check(w.text) == nil && (!had || old.Text != w.text):
			k[o.Name] = keptValue{w.text, now.UTC()}
			changed = true
		}
	}
	return changed
}
