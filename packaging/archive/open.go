package archive

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

const mendForms = "give a release .pkg, a .tar.gz of the .app, or the .app folder"

// openSource tells the form of a file by its first bytes, never by its name:
// downloads are renamed all the time.
func openSource(name string, limits Limits) (source, error) {
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, unfit(LayerFile, mendForms, "%s does not exist", name)
	case err != nil:
		return nil, unfit(LayerFile, "check the path and its permissions", "opening %s: %v", name, err)
	case info.IsDir():
		absolute, err := filepath.Abs(name)
		if err != nil {
			return nil, unfit(LayerFile, "give the path in full", "finding %s: %v", name, err)
		}
		return openFolder(absolute, limits)
	case !info.Mode().IsRegular():
		return nil, unfit(LayerFile, mendForms, "%s is neither a file nor a folder", name)
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, unfit(LayerFile, "check the path and its permissions", "opening %s: %v", name, err)
	}
	opened, err := openFile(file, info.Size(), limits)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return opened, nil
}

// foreign are the forms that look near enough to be tried, with what they are.
var foreign = []struct{ magic, name string }{
	{"PK\x03\x04", "a zip archive: unpack it"},
	{"\xfd7zXZ\x00", "an xz-compressed tar: unpack it"},
	{"BZh", "a bzip2-compressed tar: unpack it"},
	{"\x28\xb5\x2f\xfd", "a zstd-compressed tar: unpack it"},
	{"<!DOC", "a web page, not a download"},
	{"<html", "a web page, not a download"},
}

func openFile(file *os.File, size int64, limits Limits) (source, error) {
	head := make([]byte, 512)
	n, err := file.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return nil, unfit(LayerFile, "check the disk", "reading %s: %v", file.Name(), err)
	}
	head = head[:n]
	switch {
	case bytes.HasPrefix(head, []byte(xarMagic)):
		return openPkg(file, size, limits)
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		return &tarSource{file: file, gzip: true, limits: limits}, nil
	case len(head) > 262 && string(head[257:262]) == "ustar":
		return &tarSource{file: file, limits: limits}, nil
	}
	for _, form := range foreign {
		if bytes.HasPrefix(head, []byte(form.magic)) {
			return nil, unfit(LayerFile, mendForms, "%s is %s", file.Name(), form.name)
		}
	}
	if isDiskImage(file, size) {
		return nil, unfit(LayerFile, mendForms, "%s is a disk image: open it", file.Name())
	}
	return nil, unfit(LayerFile, mendForms, "%s is neither a package nor a gzipped tar", file.Name())
}

// isDiskImage looks for the "koly" trailer, which is all a .dmg has for a magic.
func isDiskImage(r io.ReaderAt, size int64) bool {
	tail := make([]byte, 4)
	if size < 512 {
		return false
	}
	_, err := r.ReadAt(tail, size-512)
	return err == nil && string(tail) == "koly"
}
