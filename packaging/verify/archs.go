package verify

import (
	"path"
	"slices"
	"strings"
)

// checkPrograms wants what is started by itself or by a click, which is jobs
// and apps, to be for every Mac that the Distribution lets in: elsewhere the
// package installs without a word and nothing happens.
func (v *verifier) checkPrograms(lets []string, components []component) {
	for _, c := range components {
		for _, program := range c.programs() {
			archs := c.archs[program]
			for _, mac := range lets {
				if len(archs) > 0 && !slices.Contains(archs, mac) {
					v.at(LayerMachO, strings.TrimSpace(c.dir+" "+program)).warn(
						"is for %s alone, the Distribution lets in Macs with %s too: %s", strings.Join(archs, " and "), mac, without(mac))
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
