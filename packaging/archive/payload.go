package archive

import (
	"bufio"
	"bytes"
	"io"

	"github.com/klauspost/compress/gzip"
)

const mendExpand = "expand it on a Mac with `pkgutil --expand-full FILE.pkg OUT` and give the .app folder in it"

// payloadFormats are the beginnings of the payloads that Apple's tools and
// others have made, and why each but the first cannot be read here.
var payloadFormats = []struct{ magic, name string }{
	{"pbzx", "pbzx (xz in blocks, `pkgbuild --compression latest`)"},
	{"\xfd7zXZ\x00", "xz"},
	{"BZh", "bzip2"},
	{"\x28\xb5\x2f\xfd", "zstd"},
	{"\x04\x22\x4d\x18", "lz4"},
	{"AA01", "an Apple Archive"},
	{"yaa1", "an Apple Archive"},
	{"AEA1", "an encrypted Apple Archive"},
}

// openPayload unpacks a component's Payload down to its cpio stream.
func openPayload(r io.Reader) (io.Reader, error) {
	buffered := bufio.NewReaderSize(r, 64<<10)
	head, err := buffered.Peek(6)
	if err != nil {
		return nil, readFault(LayerGzip, err, "the Payload is shorter than any archive")
	}
	for _, format := range payloadFormats {
		if bytes.HasPrefix(head, []byte(format.magic)) {
			return nil, unfit(LayerGzip, mendExpand, "this package's Payload is %s, which is not read here", format.name)
		}
	}
	if bytes.HasPrefix(head, []byte("07070")) {
		return buffered, nil
	}
	return openGzip(buffered)
}

// openGzip wraps the errors of a gzip stream, so that a broken stream is not
// taken for a broken archive within it.
func openGzip(r io.Reader) (io.Reader, error) {
	stream, err := gzip.NewReader(r)
	if err != nil {
		return nil, damaged(LayerGzip, err, "the stream does not begin like gzip")
	}
	return gzipErrors{stream}, nil
}

type gzipErrors struct{ r io.Reader }

func (g gzipErrors) Read(p []byte) (int, error) {
	n, err := g.r.Read(p)
	if err != nil && err != io.EOF {
		err = readFault(LayerGzip, err, "the stream is broken or cut short")
	}
	return n, err
}
