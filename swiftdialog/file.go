package swiftdialog

import "encoding/json"

// JSON is what swiftDialog reads in this version. Only true booleans are written: up
// to 2.4.2 a false one counts as on. Numbers are numbers: a JSON true on a
// value option means absent.
func (o Options) JSON(v Version) ([]byte, error) {
	m := map[string]any{
		"json": true, "title": orNone(Text(o.Title, maxTitle)), "message": orNone(Text(o.Message, maxMessage)),
		"messagefont": "size=16", "messagealignment": o.alignment(), "messageposition": "center",
		"icon": orNone(o.icon(v)), "button1text": orNone(Text(o.Button1, maxButton)),
	}
	if o.icon(v) != "" {
		m["centreicon"] = true
	}
	text(m, "button2text", Text(o.Button2, maxButton))
	text(m, "infobuttontext", Text(o.InfoButton, maxButton))
	if o.InfoButton == "" {
		text(m, "infotext", Text(o.InfoText, maxTitle))
	}
	text(m, "iconalttext", Text(o.IconAlt, maxTitle))
	text(m, "bannerimage", o.Banner)
	text(m, "progresstext", Text(o.ProgressText, maxTitle))
	number(m, "iconsize", o.IconSize)
	number(m, "width", o.Width)
	number(m, "height", o.Height)
	if !v.Before(Version{2, 4, 0}) {
		number(m, "bannerheight", o.BannerHeight)
	}
	if !v.Before(Version{2, 5, 1}) {
		text(m, "appearance", o.Appearance)
	}
	if o.Progress {
		m["progress"] = 100
	}
	if o.HoldQuit {
		m["quitkey"] = "X" // a capital means Command-Shift-X: nobody's habit
	}
	for name, on := range map[string]bool{
		"quitoninfo": o.InfoButton != "", "ontop": o.OnTop, "blurscreen": o.Blur, "moveable": o.Moveable,
		"button1disabled": o.Guard > 0 && o.Button1 != "",
	} {
		if on {
			m[name] = true
		}
	}
	return json.Marshal(m)
}

func (o Options) alignment() string {
	if o.Left {
		return "left"
	}
	return "center"
}

func (o Options) icon(v Version) string {
	if o.Icon != "" && o.IconDark != "" && !v.Before(Version{2, 5, 1}) {
		return o.Icon + ":dark=" + o.IconDark
	}
	if o.Icon == "" {
		return o.IconDark
	}
	return o.Icon
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

func text(m map[string]any, key, value string) {
	if value != "" {
		m[key] = value
	}
}

func number(m map[string]any, key string, value int) {
	if value > 0 {
		m[key] = value
	}
}
