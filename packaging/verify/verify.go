package verify

import (
	"bufio"
	"io"
	"time"
)

// Config has a useful zero value.
type Config struct {
	// Now is the time certificates are judged at when no timestamp says
	// otherwise; nil is time.Now.
	Now func() time.Time
}

// verifier is one run over one package.
type verifier struct {
	r      io.ReaderAt
	size   int64
	now    time.Time
	report Report
	xar    xarFile
	lets   []string // the kinds of Mac that the Distribution is for
	// content reads one member after the other; a buffer for each would be
	// most of what a large package allocates.
	content *bufio.Reader
}

// Verify reads the size bytes of a flat package in r and reports on every
// layer. It never stops at the first fault unless there is no way on, and
// needs memory for the lists of paths but not for the files' contents.
func Verify(r io.ReaderAt, size int64, cfg Config) Report {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	v := &verifier{r: r, size: size, now: cfg.Now(), content: bufio.NewReaderSize(nil, 32<<10)}
	v.run()
	return v.report
}

func (v *verifier) at(layer Layer, where string) *scope {
	return &scope{report: &v.report, layer: layer, where: where}
}

func (v *verifier) run() {
	if !v.readHeader() || !v.readTOC() {
		return
	}
	v.checkRanges()
	v.checkTail()
	v.checkDigests()
	v.checkSignatures()
	var done []component
	for _, dir := range v.xar.componentDirs() {
		done = append(done, v.checkComponent(dir))
	}
	v.checkDistribution(done)
	v.checkPrograms(done)
	v.checkLaunchd(done)
}
