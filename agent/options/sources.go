package options

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// maxValueFile is more than any value in a file of its own has.
const maxValueFile = 8 << 10

// Sources is everything that configures one process. It belongs to one
// goroutine.
type Sources struct {
	Flags  map[string]string   // what was given on the command line, by option name
	Getenv func(string) string // os.Getenv
	Now    func() time.Time    // default time.Now

	last    map[string]string // the last good word of each file of the pkg
	unsaved kept              // what could not be written yet; nil: nothing
}

// Load reads every source. It changes nothing on disk.
func (s *Sources) Load() Resolved {
	r, _, _, _ := s.load()
	return r
}

// Keep reads every source and keeps on disk what profiles say. A damaged file of
// that is set aside. The error is about keeping only; the result is good all the
// same.
func (s *Sources) Keep() (Resolved, error) {
	r, k, profiles, damaged := s.load()
	now := time.Now
	if s.Now != nil {
		now = s.Now
	}
	path, err := keptFile(r.Config), error(nil)
	if errors.Is(damaged, errDamaged) {
		err = setAside(path, now())
	}
	if !k.learn(r, profiles, now()) && s.unsaved == nil {
		return r, err
	}
	err = k.save(path) // it takes a damaged one's place, too
	if s.unsaved = nil; err != nil {
		s.unsaved = k
	}
	return r, err
}

// Files are the files that Load reads and that may change, for a watch.
func (s *Sources) Files(c Config) []string {
	var files []string
	for _, d := range Domains() {
		files = append(files, ManagedFile(c.HostRoot, d))
	}
	for _, o := range table {
		if o.File != "" {
			files = append(files, filepath.Join(c.RootDir, o.File))
		}
	}
	return files
}

func (s *Sources) load() (r Resolved, k kept, profiles map[string]profile, damaged error) {
	first := resolve(s.told).Config // where the rest lies is told by flags and environment only
	profiles = map[string]profile{}
	for _, d := range Domains() {
		profiles[d] = readProfile(ManagedFile(first.HostRoot, d))
	}
	if k = s.unsaved; k == nil {
		k, damaged = loadKept(keptFile(first))
	}
	r = resolve(func(o Option) []given {
		words := append(s.told(o), managedWords(o, profiles, k)...)
		return append(words, s.file(first.RootDir, o)...)
	})
	r.Problems = append(r.Problems, fileProblems(profiles, damaged)...)
	s.remember(r)
	return r, k, profiles, damaged
}

// told is what flags and environment say of an option.
func (s *Sources) told(o Option) (words []given) {
	if v, ok := s.Flags[o.Name]; ok {
		words = append(words, given{text: v, source: FromFlag, where: "--" + o.Flag()})
	}
	if s.Getenv != nil {
		if v := s.Getenv(o.Env); v != "" {
			words = append(words, given{text: v, source: FromEnv, where: o.Env})
		}
	}
	return words
}

// managedWords is what profiles say, and what they said.
func managedWords(o Option, profiles map[string]profile, k kept) (words []given) {
	if !o.Managed() {
		return nil
	}
	p := profiles[o.Domain]
	w, there := p.word(o)
	if there {
		words = append(words, w)
	}
	// A profile that is still there and no longer says it has changed its mind.
	if v, ok := k[o.Name]; ok && (there || p.keys == nil) {
		words = append(words, given{text: v.Text, source: FromKept, where: "a profile, last seen " + v.At.Format(time.RFC3339), at: v.At})
	}
	return words
}

// file is what a file of the pkg says; and, for when that is no good, what it
// said before.
func (s *Sources) file(root string, o Option) []given {
	if o.File == "" {
		return nil
	}
	w := given{source: FromFile, where: filepath.Join(root, o.File)}
	data, err := readOwned(w.where, maxValueFile)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) && os.Geteuid() != 0 {
		return nil // not there, or not for this user to see
	}
	w.text, w.err = strings.TrimSpace(string(data)), err
	words := []given{w}
	if old := s.last[o.Name]; old != "" {
		words = append(words, given{text: old, source: FromFile, where: w.where + " (its last good value)"})
	}
	return words
}

// remember keeps the good words of files while this process lives.
func (s *Sources) remember(r Resolved) {
	if s.last == nil {
		s.last = map[string]string{}
	}
	for _, v := range r.Values {
		if v.Source == FromFile {
			s.last[v.Option.Name] = v.Text
		}
	}
}

// fileProblems are sources that can't be read as a whole.
func fileProblems(profiles map[string]profile, keptErr error) (problems []Problem) {
	for _, d := range Domains() {
		if p := profiles[d]; p.err != nil {
			problems = append(problems, Problem{Option: d, Where: p.path, Why: p.err.Error(), Now: FromKept})
		}
	}
	if keptErr != nil {
		problems = append(problems, Problem{Option: "kept", Where: "kept values", Why: keptErr.Error(), Now: FromFile})
	}
	return problems
}
