package daemon

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

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
