package stack

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
)

// nobody is Debian's user of that name: a session bus wants a user that the
// system knows. Root's programs and the person's are then as far apart as on a
// Mac.
const nobody = 65534

// uid is who sits at the Mac: with orbit, which never takes root for a person,
// somebody else than root; otherwise whoever runs the stack.
func (s *Stack) uid() int {
	if s.opts.Standalone && os.Getuid() == 0 {
		return nobody
	}
	return os.Getuid()
}

// person is who the person's programs run as; nil where that is who runs the stack.
func (s *Stack) person() *syscall.Credential {
	if s.uid() == os.Getuid() {
		return nil
	}
	return &syscall.Credential{Uid: uint32(s.uid()), Gid: uint32(s.uid()), NoSetGroups: true}
}

// home is the person's folder.
func (s *Stack) home() string { return filepath.Join(s.dir, "home") }

// prepare makes the folders, and what the person has to reach reachable.
func (s *Stack) prepare() error {
	if err := os.Chmod(s.dir, 0o711); err != nil {
		return fmt.Errorf("opening the demo's folder: %w", err)
	}
	for _, dir := range []string{s.home(), s.StateDir(), s.windowsDir()} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("making the person's folders: %w", err)
		}
		if err := os.Chown(dir, s.uid(), -1); err != nil {
			return fmt.Errorf("making the person's folders: %w", err)
		}
	}
	if s.person() == nil {
		return nil
	}
	return s.copyPrograms()
}

// copyPrograms puts what the person runs where the person can reach it: the
// project's own folder may be closed to others.
func (s *Stack) copyPrograms() error {
	to := filepath.Join(s.dir, "bin")
	if err := os.MkdirAll(to, 0o755); err != nil {
		return fmt.Errorf("copying the programs: %w", err)
	}
	for name := range programs {
		if err := copyFile(filepath.Join(to, name), filepath.Join(s.bin, name)); err != nil {
			return fmt.Errorf("copying the programs: %w", err)
		}
	}
	s.bin = to
	return nil
}

// copyFile lets nothing be started meanwhile: a program that is started at that
// moment would hold the open file a little longer, and a file that is open for
// writing can't be run ("text file busy").
func copyFile(to, from string) error {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o755)
	if err != nil {
		return err
	}
	defer out.Close()
	if _, err := io.Copy(out, in); err != nil {
		return err
	}
	return out.Close()
}
