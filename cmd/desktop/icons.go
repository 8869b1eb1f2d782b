package main

import (
	_ "embed"
)

// The icons are drawn by icons/draw.go: 32 by 32 pixels, which AppKit shows at
// 16 points. The template ones are black and transparent, so that macOS can
// tint them for light, dark and highlighted menu bars; the regular ones are
// for desktops that show an icon as it is.
//
//go:generate go run icons/draw.go icons
var (
	//go:embed icons/template.png
	templateIcon []byte
	//go:embed icons/template-alert.png
	templateAlertIcon []byte
	//go:embed icons/regular.png
	regularIcon []byte
	//go:embed icons/regular-alert.png
	regularAlertIcon []byte
)

// icons gives the template and the regular icon.
func icons(alert bool) (template, regular []byte) {
	if alert {
		return templateAlertIcon, regularAlertIcon
	}
	return templateIcon, regularIcon
}
