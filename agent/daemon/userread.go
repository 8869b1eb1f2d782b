package daemon

import (
	"fmt"
	"io"
	"os"
	"syscall"
)

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
