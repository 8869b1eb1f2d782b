package verify

import (
	"encoding/xml"
	"net/url"
	"strings"
)

// distribution is the script that Installer and MDM read first.
type distribution struct {
	XMLName  xml.Name
	Title    string `xml:"title"`
	Products []struct {
		ID      string `xml:"id,attr"`
		Version string `xml:"version,attr"`
	} `xml:"product"`
	Options []struct {
		Architectures string `xml:"hostArchitectures,attr"`
	} `xml:"options"`
	Refs    []pkgRef  `xml:"pkg-ref"`
	Choices []choice  `xml:"choice"`
	Lines   []outline `xml:"choices-outline>line"`
}

type pkgRef struct {
	ID      string `xml:"id,attr"`
	Version string `xml:"version,attr"`
	Text    string `xml:",chardata"`
}

type choice struct {
	ID   string   `xml:"id,attr"`
	Refs []pkgRef `xml:"pkg-ref"`
}

type outline struct {
	Choice string    `xml:"choice,attr"`
	Lines  []outline `xml:"line"`
}

func (v *verifier) checkDistribution(components []component) {
	s := v.at(LayerDistribution, "Distribution")
	m := v.xar.find("Distribution")
	if m == nil {
		v.bareComponent(components)
		return
	}
	var d distribution
	raw, err := v.read(m, maxXML)
	if err == nil {
		err = decodeXML(raw, &d)
	}
	if err != nil {
		s.fail("not the XML it should be: %v", err)
		return
	}
	if name := d.XMLName.Local; name != "installer-gui-script" && name != "installer-script" {
		s.fail("its root is <%s> instead of <installer-gui-script>", name)
		return
	}
	distributionWords.check(s, raw)
	d.checkIDs(s)
	d.checkProduct(s, components)
	d.checkComponents(s, components)
	v.lets = d.checkArchitectures(s)
	s.ok("%d components, every reference resolves", len(components))
}

func (v *verifier) bareComponent(components []component) {
	s := v.at(LayerDistribution, "")
	if len(components) == 1 && components[0].dir == "" {
		s.warn("this is a component package without a Distribution: Installer takes it, MDM does not")
		return
	}
	s.fail("there is neither a Distribution nor a PackageInfo at the top")
}

// checkProduct notes what an MDM's inventory would call otherwise than the Mac's
// own receipt: with several components that is usual.
func (d *distribution) checkProduct(s *scope, components []component) {
	if len(d.Products) == 0 {
		s.warn("has no product element, from which MDM inventories take name and version")
		return
	}
	product := d.Products[0]
	if len(components) != 1 || components[0].info.XMLName.Local == "" {
		return
	}
	if only := components[0].info; product.ID != only.Identifier || product.Version != only.Version {
		s.note("the product is %s %s, its only component %s %s", product.ID, product.Version, only.Identifier, only.Version)
	}
}

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

// checkArchitectures gives the kinds of Mac that the package is for; none when
// it does not say.
func (d *distribution) checkArchitectures(s *scope) (lets []string) {
	for _, o := range d.Options {
		if o.Architectures == "" {
			continue
		}
		for name := range strings.SplitSeq(o.Architectures, ",") {
			switch name = strings.TrimSpace(name); name {
			case "arm64", "x86_64":
				lets = append(lets, name)
			case "i386", "ppc": // no Mac that is left
			default:
				s.fail("hostArchitectures names %q", name)
			}
		}
		return lets
	}
	s.warn("does not state hostArchitectures, so a Mac with Apple silicon asks for Rosetta first")
	return nil
}
