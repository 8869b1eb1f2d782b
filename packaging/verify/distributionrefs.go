package verify

import (
	"net/url"
	"strings"
)

// checkIDs wants every id that is used to be declared: line to choice, choice
// to pkg-ref, pkg-ref to a component. Installer calls a gap "does not have a
// valid path/URL".
func (d *distribution) checkIDs(s *scope) {
	declared := map[string]bool{}
	for _, ref := range d.Refs {
		if strings.TrimSpace(ref.Text) != "" {
			declared[ref.ID] = true
		}
	}
	choices := map[string]bool{}
	for _, c := range d.Choices {
		choices[c.ID] = true
		for _, ref := range c.Refs {
			if !declared[ref.ID] && strings.TrimSpace(ref.Text) == "" {
				s.fail("the choice %q refers to the package %q, which no pkg-ref gives a file for", c.ID, ref.ID)
			}
		}
	}
	offered := map[string]bool{}
	d.checkLines(s, d.Lines, choices, offered)
	for _, c := range d.Choices {
		if len(c.Refs) > 0 && !offered[c.ID] && len(d.Lines) > 0 {
			s.warn("the choice %q is not in the outline, so that its packages are not installed", c.ID)
		}
	}
	if len(d.Lines) == 0 {
		s.warn("has no choices-outline, so nothing is offered for installing")
	}
}

func (d *distribution) checkLines(s *scope, lines []outline, choices, offered map[string]bool) {
	for _, line := range lines {
		offered[line.Choice] = true
		if !choices[line.Choice] {
			s.fail("the outline refers to the choice %q, which is not there", line.Choice)
		}
		d.checkLines(s, line.Lines, choices, offered)
	}
}

func (d *distribution) checkComponents(s *scope, components []component) {
	byDir := map[string]component{}
	for _, c := range components {
		byDir[c.dir] = c
	}
	referred := map[string]bool{}
	refs := d.Refs
	for _, c := range d.Choices {
		refs = append(refs, c.Refs...)
	}
	versions := map[string]string{}
	for _, ref := range refs {
		if ref.Version != "" {
			versions[ref.ID] = ref.Version
		}
	}
	for _, ref := range refs {
		if dir, ok := d.component(s, ref); ok {
			referred[dir] = true
			d.checkRef(s, ref, dir, versions[ref.ID], byDir)
		}
	}
	for _, c := range components {
		if !referred[c.dir] {
			s.warn("never refers to the component %s", c.place())
		}
	}
}

// component gives the folder a pkg-ref's text names, if it names one in here.
func (d *distribution) component(s *scope, ref pkgRef) (string, bool) {
	text := strings.TrimSpace(ref.Text)
	name, inside := strings.CutPrefix(text, "#")
	if !inside {
		if text != "" {
			s.note("takes %q from elsewhere: %s", ref.ID, text)
		}
		return "", false
	}
	dir, err := url.PathUnescape(name)
	if err != nil {
		s.fail("the pkg-ref %q has the text %q, which is no path", ref.ID, text)
		return "", false
	}
	return dir, true
}

func (d *distribution) checkRef(s *scope, ref pkgRef, dir, version string, byDir map[string]component) {
	c, there := byDir[dir]
	switch {
	case !there:
		s.fail("the pkg-ref %q names the component %q, which is not in the archive", ref.ID, dir)
		return
	case c.info.XMLName.Local == "":
		return // its PackageInfo could not be read
	case version != "" && version != c.info.Version:
		s.fail("says %s has the version %s, its PackageInfo says %s", c.place(), version, c.info.Version)
	case version == "":
		s.warn("does not say which version %s has", c.place())
	}
	if ref.ID != c.info.Identifier {
		s.warn("calls %s %q, its PackageInfo says %q", c.place(), ref.ID, c.info.Identifier)
	}
}
