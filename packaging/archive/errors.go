package archive

import (
	"fmt"
)

// Layer names the part of an archive an [Error] was found in.
type Layer string

// The layers from the outside in.
const (
	LayerFile   Layer = "file"
	LayerHeader Layer = "xar header"
	LayerTOC    Layer = "xar table of contents"
	LayerHeap   Layer = "xar heap"
	LayerGzip   Layer = "gzip"
	LayerCpio   Layer = "cpio"
	LayerTar    Layer = "tar"
	LayerFolder Layer = "folder"
	LayerApp    Layer = "app"
)

// Error says what is wrong with an archive, in which layer, and what to do
// about it.
type Error struct {
	Layer Layer
	// What is the fault, with the place (name, offset) where there is one.
	What string
	// Mend is what the reader can do; empty when a new download is all there is.
	Mend string
	// Err is the cause underneath, if any.
	Err error
}

func (e *Error) Error() string {
	text := string(e.Layer) + ": " + e.What
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	if e.Mend != "" {
		text += "; " + e.Mend
	}
	return text
}

func (e *Error) Unwrap() error { return e.Err }

const mendDownload = "the file is damaged or was tampered with: get it again from its release page"

// damaged is a fault that only another copy of the file can mend.
func damaged(layer Layer, err error, format string, args ...any) error {
	return &Error{Layer: layer, What: fmt.Sprintf(format, args...), Mend: mendDownload, Err: err}
}

// unfit is a sound archive that cannot be used, with the way out.
func unfit(layer Layer, mend, format string, args ...any) error {
	return &Error{Layer: layer, What: fmt.Sprintf(format, args...), Mend: mend}
}
