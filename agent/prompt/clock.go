package prompt

import "strings"

// twelveHours are the regions whose clocks count to twelve, after the Unicode
// CLDR (supplemental data, timeData). A test holds them against a browser's.
const twelveHours = "AE AG AL AR AS AU BB BD BH BM BN BO BS BT CA CL CO CR CU CY DJ DM DO DZ EC EG EH ER ET FJ FM GD GH GM GR GT GU GY " +
	"HK HN IN IQ JM JO KH KI KN KP KR KW KY LB LC LR LS LY MH MO MP MR MW MX MY NA NH NI NZ OM PA PE PG PH PK PR PS PW PY " +
	"QA SA SB SD SG SL SO SS SV SY SZ TC TD TN TO TT TW UM US UY VC VE VG VI VU WS YE ZM"

// twelve reports that the person's clock counts to twelve: their own choice,
// else the way of their region, else of where their language is at home.
func (r Request) twelve() bool {
	if r.Clock != "" {
		return r.Clock == "12"
	}
	region := r.Region
	for _, tag := range r.Languages {
		if region == "" && match(tag) == r.Language {
			region = regionOf(tag)
		}
	}
	if region == "" {
		return r.Language == "en" || r.Language == "ko"
	}
	return strings.Contains(" "+twelveHours+" ", " "+strings.ToUpper(region)+" ")
}

// regionOf is "DE" of "en-Latn-DE"; "" where a tag names none.
func regionOf(tag string) string {
	parts := strings.Split(strings.ReplaceAll(tag, "_", "-"), "-")
	for _, part := range parts[1:] {
		switch len(part) {
		case 1:
			return ""
		case 2:
			return part
		}
	}
	return ""
}
