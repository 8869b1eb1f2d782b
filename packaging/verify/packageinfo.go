package verify

import (
	"encoding/xml"
	"fmt"
	"path"
)

const maxXML = 4 << 20

// packageInfo is what a component says of itself.
type packageInfo struct {
	XMLName    xml.Name
	Identifier string `xml:"identifier,attr"`
	Version    string `xml:"version,attr"`
	Location   string `xml:"install-location,attr"`
	Auth       string `xml:"auth,attr"`
	Payload    []struct {
		Files  *int `xml:"numberOfFiles,attr"`
		KBytes *int `xml:"installKBytes,attr"`
	} `xml:"payload"`
	Bundles []struct {
		Path    string `xml:"path,attr"`
		ID      string `xml:"id,attr"`
		Short   string `xml:"CFBundleShortVersionString,attr"`
		Version string `xml:"CFBundleVersion,attr"`
	} `xml:"bundle"`
	Relocate []struct {
		Bundles []struct {
			ID string `xml:"id,attr"`
		} `xml:"bundle"`
	} `xml:"relocate"`
	Preinstall  []scriptRef `xml:"scripts>preinstall"`
	Postinstall []scriptRef `xml:"scripts>postinstall"`
}

type scriptRef struct {
	File string `xml:"file,attr"`
}

func (v *verifier) readPackageInfo(name string) packageInfo {
	s := v.at(LayerPackageInfo, name)
	var info packageInfo
	raw, err := v.read(v.xar.find(name), maxXML)
	if err == nil {
		err = decodeXML(raw, &info)
	}
	if err != nil {
		s.fail("not the XML it should be: %v", err)
		return info
	}
	packageInfoWords.check(s, raw)
	if info.XMLName.Local != "pkg-info" {
		s.fail("its root is <%s> instead of <pkg-info>", info.XMLName.Local)
	}
	if info.Identifier == "" || info.Version == "" {
		s.fail("lacks an identifier or a version")
	}
	if info.Location != "" && !path.IsAbs(info.Location) {
		s.fail("installs to %q, which is not an absolute path", info.Location)
	}
	return info
}

// checkPackageInfo compares its counts and references with what was read.
func (v *verifier) checkPackageInfo(c *component) {
	s := v.at(LayerPackageInfo, path.Join(c.dir, "PackageInfo"))
	if c.info.XMLName.Local == "" {
		return
	}
	c.checkCounts(s)
	c.checkScriptRefs(s)
	c.checkRelocate(s)
	if len(c.scripts) > 0 && c.info.Auth != "root" {
		s.warn("has scripts but does not ask for root (auth=%q)", c.info.Auth)
	}
	s.ok("%s %s, %d files, install location %q", c.info.Identifier, c.info.Version, c.members, c.info.Location)
}

// checkRelocate wants apps to be installed where the Payload has them. Without
// the element Installer decides by other signs.
func (c *component) checkRelocate(s *scope) {
	if len(c.info.Relocate) == 0 && len(c.info.Bundles) > 0 {
		s.warn("does not say which bundles may be installed elsewhere (relocate)")
	}
	for _, r := range c.info.Relocate {
		for _, b := range r.Bundles {
			s.warn("lets Installer put %s wherever a copy of it already is (relocate)", b.ID)
		}
	}
}

func (c *component) checkCounts(s *scope) {
	if len(c.info.Payload) > 1 {
		s.fail("has %d payload elements", len(c.info.Payload))
		return
	}
	if c.opaque {
		return
	}
	if len(c.info.Payload) == 0 {
		if c.members > 0 {
			s.fail("has no payload element, but there is a Payload")
		}
		return
	}
	stated := c.info.Payload[0].Files
	switch {
	case stated == nil:
		s.warn("does not say how many files there are")
	case *stated == c.members-1:
		s.note("numberOfFiles %d leaves out the root, as pkgbuild --component does", *stated)
	case *stated != c.members:
		s.fail("numberOfFiles is %d, the Payload has %d", *stated, c.members)
	}
}

// checkScriptRefs wants every script that is named to be there, and says which
// one would never run.
func (c *component) checkScriptRefs(s *scope) {
	named := map[string]bool{}
	for _, ref := range append(append([]scriptRef{}, c.info.Preinstall...), c.info.Postinstall...) {
		name := path.Clean(ref.File)
		if named[name] = true; !c.scripts[name] {
			s.fail("names the script %s, which is not in Scripts", ref.File)
		}
	}
	for _, name := range []string{"preinstall", "postinstall"} {
		if c.scripts[name] && !named[name] {
			s.fail("does not name the script %s, so Installer would not run it", name)
		}
	}
}

// checkBundles compares the bundles PackageInfo lists with the Payload.
func (v *verifier) checkBundles(c *component) {
	s := v.at(LayerPackageInfo, path.Join(c.dir, "PackageInfo"))
	for _, b := range c.info.Bundles {
		at := path.Join("/", c.info.Location, b.Path)
		if _, there := c.files[at]; !there && !c.opaque {
			s.fail("lists the bundle %s, which is not in the Payload", b.Path)
			continue
		}
		info, known := c.bundles[at]
		if known && (info.ID != b.ID || info.Version != b.Version || info.Short != b.Short) {
			s.warn("says %s is %s %s (%s), its Info.plist says %s %s (%s)", b.Path, b.ID, b.Short, b.Version, info.ID, info.Short, info.Version)
		}
	}
	for at, info := range c.bundles {
		if path.Ext(at) != ".app" {
			continue // other bundles may do without a program
		}
		program := path.Join(at, "Contents/MacOS", info.Executable)
		if f, there := c.files[program]; info.Executable != "" && (!there || (!f.runs() && f.link == "")) {
			v.at(LayerPlist, at).fail("its program %s is missing or not executable", program)
		}
	}
}

// place names a component in a message.
func (c component) place() string {
	if c.dir == "" {
		return "the package"
	}
	return fmt.Sprintf("%q", c.dir)
}
