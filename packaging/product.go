package packaging

import (
	"fmt"
	"strings"

	"fleetmigrate/packaging/macho"
)

// component is the folder of the one package within the product archive. MDM
// takes product archives only.
const component = "agent.pkg"

// packageInfo describes the component. The empty relocate keeps the apps from
// being installed wherever a copy of them happens to lie.
func packageInfo(version string, p payload, bundles []bundleInfo) []byte {
	var list, refs strings.Builder
	for _, b := range bundles {
		fmt.Fprintf(&list, "    <bundle path=\"./%s\" id=\"%s\" CFBundleShortVersionString=\"%s\" CFBundleVersion=\"%s\"/>\n",
			escape(b.path), escape(b.id), escape(b.short), escape(b.build))
		fmt.Fprintf(&refs, "        <bundle id=\"%s\"/>\n", escape(b.id))
	}
	return fmt.Appendf(nil, `<?xml version="1.0" encoding="utf-8"?>
<pkg-info overwrite-permissions="true" relocatable="false" identifier="%s" version="%s" format-version="2" install-location="/" auth="root" postinstall-action="none" preserve-xattr="false">
    <payload numberOfFiles="%d" installKBytes="%d"/>
%s    <bundle-version>
%s    </bundle-version>
    <upgrade-bundle/>
    <update-bundle/>
    <atomic-update-bundle/>
    <strict-identifier/>
    <relocate/>
    <scripts>
        <preinstall file="./preinstall" timeout="60"/>
        <postinstall file="./postinstall" timeout="600"/>
    </scripts>
</pkg-info>
`, Identifier, version, p.Paths, p.KBytes, &list, &refs)
}

// distribution is what Installer and MDM read first. hostArchitectures keeps a
// Mac with Apple silicon from asking for Rosetta.
func distribution(o Options, p payload, archs []macho.Arch) []byte {
	var hosts []string
	for _, a := range archs {
		hosts = append(hosts, a.Apple())
	}
	return fmt.Appendf(nil, `<?xml version="1.0" encoding="utf-8" standalone="no"?>
<installer-gui-script minSpecVersion="2">
    <title>Migrate to Fleet</title>
    <product id="%[1]s" version="%[2]s"/>
    <options customize="never" require-scripts="false" hostArchitectures="%[3]s" rootVolumeOnly="true"/>
    <domains enable_anywhere="false" enable_currentUserHome="false" enable_localSystem="true"/>
    <volume-check>
        <allowed-os-versions>
            <os-version min="%[4]s"/>
        </allowed-os-versions>
    </volume-check>
    <choices-outline>
        <line choice="default">
            <line choice="%[1]s"/>
        </line>
    </choices-outline>
    <choice id="default"/>
    <choice id="%[1]s" visible="false">
        <pkg-ref id="%[1]s"/>
    </choice>
    <pkg-ref id="%[1]s" version="%[2]s" onConclusion="none" installKBytes="%[5]d" auth="root">#%[6]s</pkg-ref>
</installer-gui-script>
`, Identifier, o.Version, strings.Join(hosts, ","), o.MinMacOS, p.KBytes, component)
}
