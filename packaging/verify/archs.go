package verify

import (
	"path"
	"slices"
	"strings"
)

// checkPrograms looks at what is started by itself or by a click, which is jobs
// and apps. It has to be something a kernel starts, on every Mac that the
// Distribution lets in: elsewhere the package installs without a word and
// nothing happens.
func (v *verifier) checkPrograms(components []component) {
	for _, c := range components {
		for _, program := range c.programs() {
			s := v.at(LayerMachO, strings.TrimSpace(c.dir+" "+program))
			archs, starts := c.archs[program]
			if f, there := c.files[program]; there && f.runs() && !starts && !c.opaque {
				s.fail("is neither a Mach-O program nor a script, so that a Mac cannot start it")
			}
			for _, mac := range v.lets {
				if len(archs) > 0 && !slices.Contains(archs, mac) {
					s.warn("is for %s alone, the Distribution lets in Macs with %s too: %s", strings.Join(archs, " and "), mac, without(mac))
				}
			}
		}
	}
}

func without(arch string) string {
	if arch == "arm64" {
		return "it starts there only if Rosetta is installed"
	}
	return "it does not start there"
}

// programs are the files that jobs and apps start, sorted.
func (c component) programs() []string {
	var out []string
	for _, job := range c.jobs {
		out = append(out, path.Clean(job.program()))
	}
	for at, info := range c.bundles {
		if path.Ext(at) == ".app" && info.Executable != "" {
			out = append(out, path.Join(at, "Contents/MacOS", info.Executable))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
