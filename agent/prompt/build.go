package prompt

import (
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"fleetmigrate/swiftdialog"
)

// The sizes of the windows, in points. They fit the longest language without
// scrolling, on a screen of 1280 by 800 too.
const (
	width      = 720
	dueHeight  = 64
	lineHeight = 24
	nameWidth  = 60 // letters of a name that take another line
	iconSize   = 80
	wideIcon   = 200
	banner     = 130
	startGuard = 2 * time.Second
)

// heights are without a logo.
var heights = map[Variant]int{
	ADE: 450, Manual: 450, PreSonoma: 450, WaitingADE: 560, WaitingManual: 550,
	Progress: 290, TakingLonger: 290, Done: 340, Offline: 270, Failed: 310, NotEligible: 290, About: 350,
}

// Build makes a dialog. It is pure: the same request gives the same window.
func Build(r Request) swiftdialog.Options {
	b := builder{r, words{r.Language, r.Overrides, r.twelve()}}
	o := swiftdialog.Options{
		Message: b.message(), Width: width, Height: b.height(), Moveable: true, Appearance: b.appearance(),
		Banner: b.picture(), BannerHeight: banner,
	}
	o.Left = r.Variant == WaitingADE || r.Variant == WaitingManual || r.Variant == About
	b.logo(&o)
	b.buttons(&o)
	if r.Variant == Progress || r.Variant == TakingLonger {
		o.Progress, o.ProgressText = true, b.get("working")
	}
	if r.Forced && r.starts() {
		o.OnTop, o.Blur, o.Moveable = true, r.Blur, !r.Blur
	}
	if r.Automatic && r.starts() {
		o.Guard = startGuard
	}
	return o
}

// starts reports that button 1 is Start.
func (r Request) starts() bool {
	return r.Variant == ADE || r.Variant == Manual || r.Variant == PreSonoma
}

func (b builder) buttons(o *swiftdialog.Options) {
	contact := "contact"
	switch b.Variant {
	case ADE, Manual, PreSonoma:
		o.Button1 = b.get("start")
		if b.DeferralsLeft != 0 {
			o.Button2 = b.get("later")
		} else {
			o.HoldQuit = true
		}
	case WaitingADE:
		o.Button1, o.Button2 = b.get("open_remote_management"), b.get("close")
	case WaitingManual:
		o.Button1, o.Button2 = b.get("open_my_device"), b.get("close")
	case Progress, TakingLonger:
		o.Button2 = b.get("close")
	case About:
		o.Button1, o.Button2, o.InfoButton = b.get("ok"), b.get("copy"), b.get("privacy")
		return
	case Done:
		o.Button1 = b.get("ok")
	case Failed, NotEligible:
		o.Button1 = b.get("close")
		contact = "contact_failed"
	default:
		o.Button1 = b.get("close")
	}
	if b.ContactURL != "" {
		o.InfoButton = b.get(contact)
	}
}

func (b builder) logo(o *swiftdialog.Options) {
	o.Icon, o.IconDark = b.Logo.Light, b.Logo.Dark
	if b.Dark && b.Logo.Dark != "" { // for versions that know one icon only
		o.Icon, o.IconDark = b.Logo.Dark, ""
	}
	if o.Icon == "" {
		o.Icon, o.IconDark = o.IconDark, ""
	}
	if o.Icon == "" {
		return
	}
	o.IconSize, o.IconAlt = b.iconSize(), strings.ReplaceAll(b.fill("logo_alt", "org", b.org()), `\`, "")
}

// iconSize is the logo's width: swiftDialog takes the height from it, and a
// tall logo as wide as any would leave no room for the words.
func (b builder) iconSize() int {
	if b.Logo.Aspect == 0 {
		return iconSize
	}
	return int(min(wideIcon, max(1, iconSize*b.Logo.Aspect)))
}

func (b builder) appearance() string {
	if b.Dark {
		return "dark"
	}
	return "light"
}

func (b builder) height() int {
	h := heights[b.Variant]
	if b.starts() && !b.Deadline.IsZero() {
		h += dueHeight
	}
	if b.Logo.Light != "" || b.Logo.Dark != "" {
		h += iconSize
	}
	return h + lineHeight*(min(utf8.RuneCountInString(b.OrgName), maxName)/nameWidth)
}

// picture is the file of the variant's picture; "" where it has none.
func (b builder) picture() string {
	name, ok := pictureOf[b.Variant]
	if !ok || b.Pictures == "" {
		return ""
	}
	return filepath.Join(b.Pictures, name+"-"+b.appearance()+".png")
}

var pictureOf = map[Variant]string{
	ADE: "remote-management", WaitingADE: "remote-management",
	Manual: "my-device", WaitingManual: "my-device",
	PreSonoma: "notification", Done: "done",
}
