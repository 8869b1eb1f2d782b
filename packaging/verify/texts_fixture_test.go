package verify_test

func daemonPlist(label, program string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><plist version="1.0"><dict><key>Label</key><string>` + label +
		`</string><key>ProgramArguments</key><array><string>` + program + `</string></array><key>RunAtLoad</key><true/></dict></plist>`
}

const infoPlist = `<?xml version="1.0" encoding="UTF-8"?><plist version="1.0"><dict>
<key>CFBundleIdentifier</key><string>com.example.app</string><key>CFBundleShortVersionString</key><string>1.0</string><key>CFBundleVersion</key><string>1.0</string>
<key>CFBundleExecutable</key><string>Example</string><key>CFBundlePackageType</key><string>APPL</string></dict></plist>`

const packageInfoXML = `<?xml version="1.0" encoding="utf-8"?>
<pkg-info overwrite-permissions="true" relocatable="false" identifier="com.example.pkg" postinstall-action="none" version="1.0" format-version="2" install-location="/" auth="root">
    <payload numberOfFiles="%d" installKBytes="40"/>
    <bundle path="./opt/example/Example.app" id="com.example.app" CFBundleShortVersionString="1.0" CFBundleVersion="1.0"/>
    <relocate/>
    <scripts><postinstall file="./postinstall"/></scripts>
</pkg-info>`

const distributionXML = `<?xml version="1.0" encoding="utf-8" standalone="no"?>
<installer-gui-script minSpecVersion="2">
    <title>Example</title><product id="com.example.pkg" version="1.0"/>
    <options customize="never" require-scripts="false" hostArchitectures="arm64,x86_64" rootVolumeOnly="true"/>
    <choices-outline><line choice="default"><line choice="com.example.pkg"/></line></choices-outline>
    <choice id="default"/>
    <choice id="com.example.pkg" visible="false"><pkg-ref id="com.example.pkg"/></choice>
    <pkg-ref id="com.example.pkg" version="1.0" onConclusion="none" installKBytes="40" auth="root">#base.pkg</pkg-ref>
</installer-gui-script>`
