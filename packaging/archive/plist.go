package archive

import (
	"io"
	"path"
	"strings"

	"howett.net/plist"
)

// appInfo is what an app's Info.plist says, in the names of Apple's keys.
type appInfo struct {
	ID         string `plist:"CFBundleIdentifier"`
	Short      string `plist:"CFBundleShortVersionString"`
	Build      string `plist:"CFBundleVersion"`
	Executable string `plist:"CFBundleExecutable"`
	MinSystem  string `plist:"LSMinimumSystemVersion"`
	UIElement  flag   `plist:"LSUIElement"`

	root     string
	minMacOS MinOS
}

// flag is a boolean that some write as <true/>, some as "1" or "YES".
type flag bool

func (f *flag) UnmarshalPlist(decode func(any) error) error {
	if decode((*bool)(f)) == nil {
		return nil
	}
	var text string
	if err := decode(&text); err != nil {
		return err
	}
	*f = flag(text == "1" || strings.EqualFold(text, "yes") || strings.EqualFold(text, "true"))
	return nil
}

// readInfo reads a property list, XML or binary.
func readInfo(root string, size int64, body io.Reader) (appInfo, error) {
	info := appInfo{root: root}
	if size > maxPlist {
		return info, damaged(LayerApp, nil, "the Info.plist of %s claims %d bytes", root, size)
	}
	raw, err := io.ReadAll(body)
	if err != nil {
		return info, readFault(LayerApp, err, "reading the Info.plist of %s", root)
	}
	if _, err := plist.Unmarshal(raw, &info); err != nil {
		return info, damaged(LayerApp, err, "the Info.plist of %s is not a property list", root)
	}
	return info, nil
}

// version is what `dialog --version` prints: the short version and the build.
func (i appInfo) version() string {
	if i.Build == "" || i.Build == i.Short {
		return i.Short
	}
	return i.Short + "." + i.Build
}

// fits checks the app against the oldest macOS it has to run on.
func (i *appInfo) fits(target MinOS) error {
	if i.Short == "" || i.Executable == "" || strings.ContainsAny(i.Executable, "/\x00") {
		return damaged(LayerApp, nil, "the Info.plist of %s lacks its version or program", i.root)
	}
	if i.MinSystem == "" {
		return damaged(LayerApp, nil, "the Info.plist of %s does not say which macOS it needs", i.root)
	}
	needs, err := ParseMinOS(i.MinSystem)
	if err != nil {
		return damaged(LayerApp, err, "the Info.plist of %s", i.root)
	}
	if i.minMacOS = needs; needs.Compare(target) > 0 {
		return unfit(LayerApp, "raise the package's own minimum, or take an older one (swiftDialog 2.5.6 runs on macOS 12, 3.0 needs 15)",
			"%s %s needs macOS %s, but the package is for macOS %s and newer", path.Base(i.root), i.version(), needs, target)
	}
	return nil
}
