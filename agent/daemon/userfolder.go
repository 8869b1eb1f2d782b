package daemon

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"syscall"
)

// open opens a person's folder. The folder above is root's alone, so nobody
// can swap this one; what is wrong with it is mended.
func (u userFiles) open(uid int, mend bool) (*os.Root, error) {
	users, err := os.OpenRoot(u.dir)
	if err != nil {
		return nil, err
	}
	defer users.Close()
	name := strconv.Itoa(uid)
	if mend {
		if err := mendUserFolder(users, name, uid); err != nil {
			return nil, err
		}
	}
	// Opening a pipe would wait for its other end, for ever.
	if info, err := users.Lstat(name); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("%s is not a folder", name)
	}
	return users.OpenRoot(name)
}

func mendUserFolder(users *os.Root, name string, uid int) error {
	if info, err := users.Lstat(name); err == nil && !info.IsDir() {
		if err := users.RemoveAll(name); err != nil {
			return err
		}
	}
	if err := users.Mkdir(name, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	d, err := users.Open(name)
	if err != nil {
		return err
	}
	defer d.Close()
	return own(d, uid, 0o700)
}

// own gives an open file to a person. Who is not root can give nothing away:
// then it stays whose it is, as on a developer's machine.
func own(f *os.File, uid int, mode fs.FileMode) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if os.Geteuid() == 0 && !owns(info, uid) {
		if err := f.Chown(uid, -1); err != nil {
			return err
		}
	}
	if info.Mode().Perm() == mode {
		return nil
	}
	return f.Chmod(mode)
}

// only removes everybody's token but one's; uid 0 keeps none. What else they
// put into their folder is theirs.
func (u userFiles) only(uid int) error {
	users, err := os.OpenRoot(u.dir)
	if err != nil {
		return fmt.Errorf("removing others' tokens: %w", err)
	}
	defer users.Close()
	entries, err := fs.ReadDir(users.FS(), ".")
	if err != nil {
		return fmt.Errorf("removing others' tokens: %w", err)
	}
	var errs []error
	for _, e := range entries {
		if uid == 0 || e.Name() != strconv.Itoa(uid) {
			errs = append(errs, forget(users, e.Name()))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("removing others' tokens: %w", err)
	}
	return nil
}

// forget removes a person's token, and their folder if nothing else is in it.
func forget(users *os.Root, name string) error {
	if info, err := users.Lstat(name); err != nil || !info.IsDir() {
		return errors.Join(err, users.Remove(name))
	}
	folder, err := users.OpenRoot(name)
	if err != nil {
		return err
	}
	defer folder.Close()
	var errs []error
	for _, ours := range []string{tokenName, stagedName} {
		if info, err := folder.Lstat(ours); err == nil && !info.IsDir() {
			errs = append(errs, folder.Remove(ours))
		}
	}
	if err := users.Remove(name); !errors.Is(err, syscall.ENOTEMPTY) {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
