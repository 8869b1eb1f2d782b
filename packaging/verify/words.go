package verify

import "regexp"

func withAttributes(names ...string) element {
	attributes := map[string]values{}
	for _, name := range names {
		attributes[name] = anything
	}
	return element{attributes: attributes}
}

func text(pattern values) element { return element{text: pattern} }

// tocWords are xar's, as its various tools are known to write them.
var tocWords = vocabulary{
	"xar": {}, "toc": {}, "creation-time": text(instant), "KeyInfo": withAttributes("xmlns"), "X509Data": {}, "X509Certificate": {},
	"checksum": withAttributes("style"), "signature": withAttributes("style"), "x-signature": withAttributes("style"),
	"offset": text(count), "size": text(count), "length": text(count), "encoding": withAttributes("style"),
	"extracted-checksum": withAttributes("style"), "archived-checksum": withAttributes("style"), "unarchived-checksum": withAttributes("style"),
	"file": withAttributes("id"), "data": {}, "name": withAttributes("enctype"), "type": withAttributes("link"), "link": withAttributes("type"),
	"inode": text(count), "deviceno": text(count), "uid": text(count), "gid": text(count), "mode": text(octal), "user": {}, "group": {},
	"atime": text(instant), "mtime": text(instant), "ctime": text(instant), "fstype": {}, "flags": {}, "acl": {}, "ea": withAttributes("id"),
	"FinderCreateTime": {}, "time": {}, "nanoseconds": {}, // hold garbage in packages of productsign's
}

var bundleWords = withAttributes("path", "id", "CFBundleShortVersionString", "CFBundleVersion", "CFBundleIdentifier", "BuildVersion", "SourceVersion", "BuildNumber", "version", "search-id")

var scriptWords = element{attributes: map[string]values{"file": anything, "timeout": count, "component-id": anything, "interpreter": anything}}

// packageInfoWords are a component's, as pkgbuild and its forerunners are known
// to write them.
var packageInfoWords = vocabulary{
	"pkg-info": {attributes: map[string]values{
		"overwrite-permissions": boolean, "relocatable": boolean, "preserve-xattr": boolean, "useHFSPlusCompression": boolean,
		"identifier": anything, "version": anything, "format-version": count, "generator-version": anything, "install-location": anything,
		"auth": regexp.MustCompile(`(?i)^(root|none|admin)$`), "postinstall-action": afterwards, "deleteObsoleteLanguages": boolean, "minimumSystemVersion": dotted,
		"content-type": anything, "system-volume-group": anything, "require-admin": boolean,
	}},
	"payload": {attributes: map[string]values{"numberOfFiles": count, "installKBytes": count, "external-root": anything}},
	"bundle":  bundleWords, "bundle-version": {}, "upgrade-bundle": {}, "update-bundle": {}, "atomic-update-bundle": {}, "strict-identifier": {}, "relocate": {},
	"dont-upgrade-bundle": {}, "locator": {}, "search": withAttributes("id", "type"), "must-close": {}, "app": withAttributes("id"), "groups": {}, "group": {}, "patch": {},
	"scripts": {}, "preinstall": scriptWords, "postinstall": scriptWords, "preupgrade": scriptWords, "postupgrade": scriptWords, "preflight": scriptWords, "postflight": scriptWords,
}

// distributionWords are those of Apple's reference of the Distribution's XML, and
// what productbuild is known to add.
var distributionWords = vocabulary{
	"installer-gui-script": {attributes: map[string]values{"minSpecVersion": dotted, "authoringTool": anything, "authoringToolVersion": anything, "authoringToolBuild": anything}},
	"installer-script":     {attributes: map[string]values{"minSpecVersion": dotted, "authoringTool": anything, "authoringToolVersion": anything, "authoringToolBuild": anything}},
	"title":                {}, "product": withAttributes("id", "version"), "organization": {}, "script": {}, "strings": withAttributes("language"), "localization": {},
	"options": {attributes: map[string]values{
		"customize": regexp.MustCompile(`^(never|always|allow)$`), "require-scripts": boolean, "rootVolumeOnly": boolean, "allow-external-scripts": boolean,
		"hostArchitectures": anything, "eraseOption": anything, "type": anything, "mpkg": anything,
	}},
	"background": withAttributes("file", "uti", "mime-type", "scaling", "alignment", "layout-direction"), "background-darkAqua": withAttributes("file", "uti", "mime-type", "scaling", "alignment", "layout-direction"),
	"welcome": withAttributes("file", "uti", "mime-type", "language"), "readme": withAttributes("file", "uti", "mime-type", "language"),
	"license": withAttributes("file", "uti", "mime-type", "language", "auto"), "conclusion": withAttributes("file", "uti", "mime-type", "language"),
	"domains":            {attributes: map[string]values{"enable_anywhere": boolean, "enable_currentUserHome": boolean, "enable_localSystem": boolean}},
	"installation-check": withAttributes("script"), "volume-check": withAttributes("script"), "allowed-os-versions": {},
	"os-version":      {attributes: map[string]values{"min": dotted, "before": dotted}},
	"choices-outline": withAttributes("ui"), "line": withAttributes("choice"), "locator": {}, "search": withAttributes("id", "type", "script"), "items": {},
	"choice": withAttributes("id", "title", "description", "description-mime-type", "visible", "enabled", "selected", "start_visible", "start_enabled", "start_selected", "tooltip", "customLocation", "customLocationAllowAlternateVolumes", "versStr", "bundle"),
	"pkg-ref": {mixed: true, attributes: map[string]values{
		"id": anything, "version": anything, "onConclusion": afterwards, "onConclusionScript": anything, "installKBytes": count, "updateKBytes": count, "archiveKBytes": count,
		"auth": regexp.MustCompile(`(?i)^(root|none|admin)$`), "active": anything, "packageIdentifier": anything, "minimumSystemVersion": dotted,
	}},
	"bundle-version": {}, "bundle": bundleWords, "relocate": {}, "must-close": {}, "app": withAttributes("id"), "file": withAttributes("path"), "bundle-search": withAttributes("id"),
	"required-graphics": {}, "required-bundles": withAttributes("all", "description"), "ram": withAttributes("min-gb"), "memory": withAttributes("min-gb"), "payload": {}, "platforms": {}, "platform": {},
}
