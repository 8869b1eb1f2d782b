package packaging

import (
	_ "embed"
	"fmt"

	"fleetmigrate/packaging/archive"
	"fleetmigrate/packaging/macho"
)

// icon is drawn by appicon/draw.go.
//
//go:generate go run appicon/draw.go appicon/icon.icns
//go:embed appicon/icon.icns
var icon []byte

const desktopProgram = "desktop"

// infoPlist makes Fleet Desktop an app of the menu bar: LSUIElement keeps it out
// of the Dock and of the app switcher.
func infoPlist(version string, oldest archive.MinOS) []byte {
	return fmt.Appendf(nil, plistHead+`<dict>
	<key>CFBundleDevelopmentRegion</key>
	<string>en</string>
	<key>CFBundleDisplayName</key>
	<string>Fleet Desktop</string>
	<key>CFBundleExecutable</key>
	<string>%s</string>
	<key>CFBundleIconFile</key>
	<string>icon</string>
	<key>CFBundleIdentifier</key>
	<string>%s</string>
	<key>CFBundleInfoDictionaryVersion</key>
	<string>6.0</string>
	<key>CFBundleName</key>
	<string>Fleet Desktop</string>
	<key>CFBundlePackageType</key>
	<string>APPL</string>
	<key>CFBundleShortVersionString</key>
	<string>%s</string>
	<key>CFBundleVersion</key>
	<string>%s</string>
	<key>LSMinimumSystemVersion</key>
	<string>%s</string>
	<key>LSUIElement</key>
	<true/>
	<key>NSHighResolutionCapable</key>
	<true/>
	<key>NSPrincipalClass</key>
	<string>NSApplication</string>
</dict>
</plist>
`, desktopProgram, DesktopBundle, version, version, oldest)
}

// addDesktop makes the app around the program.
func (o *own) addDesktop(program *macho.Universal, version string, oldest archive.MinOS) bundleInfo {
	contents := desktopPath + "/Contents"
	o.add(contents+"/Info.plist", 0o644, infoPlist(version, oldest))
	o.add(contents+"/PkgInfo", 0o644, []byte("APPL????"))
	o.add(contents+"/Resources/icon.icns", 0o644, icon)
	o.addProgram(contents+"/MacOS/"+desktopProgram, program)
	return bundleInfo{desktopPath, DesktopBundle, version, version}
}
