package daemon

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"syscall"

	"github.com/google/uuid"
)

// userFiles puts the device token where only one person reads it:
// users/<uid>/identifier, 0600 in a folder 0700, both the person's own.
//
// The folder is the person's, so everything in it may be a trap for root: a
// link to /etc/passwd, a pipe that never answers, a swap at the worst moment.
// So nothing that lies there is ever opened for writing, followed or changed:
// a new file is made under a name that must not exist, its owner and mode are
// set through the open file, and a rename puts it in place of whatever is there.
// Nor is a folder of theirs ever walked through: they could fill it faster than
// root empties it. os.Root keeps every name below its folder.
type userFiles struct{ dir string }

const (
	tokenName   = "identifier"
	stagedName  = ".identifier.new"
	maxUserFile = 1 << 10
)

func newUserFiles(varDir string) userFiles { return userFiles{filepath.Join(varDir, "users")} }

// stage writes the token beside its place. After it, commit needs no room on
// the disk any more.
func (u userFiles) stage(uid int, token string) error {
	folder, err := u.open(uid, true)
	if err != nil {
		return fmt.Errorf("staging the device token: %w", err)
	}
	defer folder.Close()
	if err := clearName(folder, stagedName); err != nil {
		return fmt.Errorf("staging the device token: %w", err)
	}
	f, err := folder.OpenFile(stagedName, os.O_CREATE|os.O_EXCL|os.O_WRONLY, modeSecret)
	if err != nil {
		return fmt.Errorf("staging the device token: %w", err)
	}
	if err := fillStaged(f, uid, token); err != nil {
		_ = folder.Remove(stagedName)
		return fmt.Errorf("staging the device token: %w", err)
	}
	return nil
}

func fillStaged(f *os.File, uid int, token string) error {
	defer f.Close()
	if _, err := io.WriteString(f, token); err != nil {
		return err
	}
	if err := own(f, uid, modeSecret); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	return f.Close()
}

// commit puts the staged token in its place.
func (u userFiles) commit(uid int) error {
	folder, err := u.open(uid, false)
	if err != nil {
		return fmt.Errorf("writing the device token: %w", err)
	}
	defer folder.Close()
	if info, err := folder.Lstat(tokenName); err == nil && info.IsDir() {
		if err := clearName(folder, tokenName); err != nil {
			return fmt.Errorf("writing the device token: %w", err)
		}
	}
	if err := folder.Rename(stagedName, tokenName); err != nil {
		return fmt.Errorf("writing the device token: %w", err)
	}
	return nil
}

// clearName removes what has a name in a person's folder. A folder keeps what
// is in it, and gets another name.
func clearName(folder *os.Root, name string) error {
	info, err := folder.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.IsDir():
		return folder.Rename(name, name+"."+uuid.NewString())
	}
	return folder.Remove(name)
}

// put is stage and commit.
func (u userFiles) put(uid int, token string) error {
	if err := u.stage(uid, token); err != nil {
		return err
	}
	return u.commit(uid)
}

// holds reports that the person's file is whole, theirs alone, and has this token.
func (u userFiles) holds(uid int, token string) bool {
	there, err := u.read(uid)
	return err == nil && there == token
}

// ReadToken is the token that lies ready for a person's desktop. Where anything
// else lies in its place, that is an error and is not read.
func ReadToken(varDir string, uid int) (string, error) {
	token, err := newUserFiles(varDir).read(uid)
	if err != nil {
		return "", fmt.Errorf("reading the device token of user %d: %w", uid, err)
	}
	return token, nil
}

func (u userFiles) read(uid int) (string, error) {
	folder, err := u.open(uid, false)
	if err != nil {
		return "", err
	}
	defer folder.Close()
	// Not blocking: a pipe that nobody writes to must not hold up root.
	f, err := folder.OpenFile(tokenName, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return "", err
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return "", err
	case !info.Mode().IsRegular() || info.Mode().Perm() != modeSecret || !owns(info, uid):
		return "", fmt.Errorf("it is %s, not a file of mode -rw------- of that user's alone", info.Mode())
	}
	data, err := io.ReadAll(io.LimitReader(f, maxUserFile))
	return string(data), err
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
