package packaging

import (
	"slices"

	"fleetmigrate/packaging/macho"
)

// Gap is a part of the package that is for fewer Macs than there are, and what
// the others see. It is said and not refused: a test, or a company whose Macs
// are all of one kind, needs no more.
type Gap struct {
	Part   string
	Arch   macho.Arch // that it is not for
	Effect string
}

func (g Gap) String() string { return g.Part + " is not for " + g.Arch.Apple() + ": " + g.Effect }

// effects are what a Mac shows without each part.
var effects = map[string]string{
	orbitName:   "refuse this package",
	desktopName: "show no menu and no dialog",
	dialogName:  "show plain dialogs",
}

const (
	orbitName   = "orbit"
	desktopName = "Fleet Desktop"
	dialogName  = "swiftDialog"
)

// Gaps lists the parts that are not for every Mac.
func (b *Builder) Gaps() []Gap { return b.gaps }

// fits notes which of the wanted architectures a part is not for.
func (b *Builder) fits(part string, archs, wanted []macho.Arch) {
	for _, arch := range wanted {
		if slices.Contains(archs, arch) {
			continue
		}
		gap := Gap{part, arch, macs(arch) + " " + effects[part]}
		if arch == macho.ARM64 && part != orbitName {
			gap.Effect += ", unless Rosetta is installed"
		}
		b.gaps = append(b.gaps, gap)
		b.warnings = append(b.warnings, gap.String())
	}
}

// macs is what people call the Macs of an architecture.
func macs(arch macho.Arch) string {
	if arch == macho.AMD64 {
		return "Intel Macs"
	}
	return "Macs with Apple silicon"
}
