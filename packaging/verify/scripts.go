package verify

import (
	"bufio"
	"errors"
	"io"
	"path"
	"strings"
)

// checkScripts reads the Scripts archive.
func (v *verifier) checkScripts(c *component) {
	m := v.xar.find(path.Join(c.dir, "Scripts"))
	if m == nil {
		return
	}
	raw, err := v.open(m)
	if err != nil {
		return // said with the heap
	}
	gunzip(v.at(LayerGzip, m.path), raw, func(stream io.Reader) {
		readCpio(v.at(LayerCpio, m.path), stream, func(o *odcMember) {
			if o.kind() != modeRegular {
				return
			}
			c.scripts[o.name] = true
			if o.name == "preinstall" || o.name == "postinstall" {
				checkScript(v.at(LayerScript, m.path+" "+o.name), o)
			}
		})
	})
}

// checkScript wants what the kernel wants of a program it is to start.
func checkScript(s *scope, o *odcMember) {
	if o.mode&0o111 == 0 {
		s.fail("is not executable (mode %04o)", o.mode&0o7777)
	}
	if o.mode&0o002 != 0 {
		s.fail("can be written by anybody (mode %04o)", o.mode&0o7777)
	} else if o.mode&0o020 != 0 {
		s.warn("can be written by its group (mode %04o)", o.mode&0o7777)
	}
	body := bufio.NewReaderSize(o.body, 4096)
	head, _ := body.Peek(8)
	if isMachO(head) {
		checkMachO(s, body, int64(o.size))
		return
	}
	line, err := body.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		s.fail("its first line has no end within %d bytes", body.Size())
		return
	}
	if err != nil && err != io.EOF {
		return // said by the layer it comes from
	}
	interpreter, ok := strings.CutPrefix(string(line), "#!")
	interpreter = strings.TrimLeft(strings.TrimSuffix(interpreter, "\n"), " \t")
	switch {
	case !ok || !strings.HasPrefix(interpreter, "/"):
		s.fail("does not begin with #! and an absolute path")
	case strings.HasSuffix(interpreter, "\r"):
		s.fail("ends its first line as Windows does; there is no interpreter of that name")
	}
	s.ok("runs by %s", interpreter)
}
