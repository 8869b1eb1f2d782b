package verify

import (
	"encoding/xml"
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
