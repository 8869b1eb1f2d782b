package prompt

import (
	"cmp"
	"time"
)

// Scene is one moment of the migration as a person meets it, for whoever
// reviews the dialogs before people see them.
type Scene struct {
	ID      string // the variant, and the stage behind a dash
	When    string // when it appears, in English: for IT, not for the person
	Request Request
}

// sceneTime is when every scene plays: a preview of today and one of tomorrow
// must not differ.
var sceneTime = time.Date(2026, time.November, 25, 14, 32, 0, 0, time.UTC)

// Scenes are all moments in order. base gives what they have in common: the
// language, the appearance, the organization, its logo and texts; empty
// members get plausible values.
func Scenes(base Request) []Scene {
	base.Now = sceneTime
	base.OrgName = cmp.Or(base.OrgName, "Acme Corporation")
	base.ContactURL = cmp.Or(base.ContactURL, "https://it.example.com/help")
	base.DeferralsLeft = -1
	scenes := stages(base)
	for _, v := range Variants[1:] {
		switch r := base; v {
		case Failed:
			scenes = append(scenes, failures(base)...)
		case WaitingADE, WaitingManual:
			r.Variant, r.ReturnsIn, r.Automatic = v, 3*time.Minute, true
			scenes = append(scenes, Scene{string(v), whenShown[v], r})
		default:
			r.Variant, r.Code, r.Diagnostic = v, "M-400", sampleDiagnostic
			scenes = append(scenes, Scene{string(v), whenShown[v], r})
		}
	}
	return scenes
}

const sampleDiagnostic = "Fleet Desktop 1.0.0 arm64; macOS 15.1; serial C02EXAMPLE; offered since 2026-11-25T14:02:00Z; in old-mdm.example.com; server online"

// stages are the question itself, from the polite to the last one.
func stages(base Request) []Scene {
	voluntary, forced, dated, near, overdue := base, base, base, base, base
	forced.Forced, forced.Automatic, forced.ReturnsIn = true, true, 15*time.Minute
	dated.Automatic, dated.ReturnsIn, dated.DeferralsLeft, dated.Deadline = true, 24*time.Hour, 3, sceneTime.AddDate(0, 0, 6)
	dated.ReturnsAt = sceneTime.AddDate(0, 0, 1).Add(3 * time.Minute)
	near.Automatic, near.ReturnsIn, near.DeferralsLeft, near.Deadline = true, 4*time.Hour, 1, sceneTime.AddDate(0, 0, 2)
	near.ReturnsAt = sceneTime.Add(4*time.Hour + 3*time.Minute)
	overdue.Forced, overdue.Automatic, overdue.Blur, overdue.ReturnsIn, overdue.DeferralsLeft, overdue.Deadline =
		true, true, true, 20*time.Minute, 0, sceneTime.Add(-90*time.Minute)
	scenes := []Scene{
		{"ade", "Voluntary: after a click on Migrate to Fleet, never by itself.", voluntary},
		{"ade-forced", "Forced: by itself, every 15 minutes after it was closed.", forced},
		{"ade-deadline", "With a deadline that IT set: by itself, more often as it comes near; \"Later\" is counted.", dated},
		{"ade-near", "Two days before the deadline: every four hours; \"Later\" can be chosen once more.", near},
		{"ade-overdue", "After the deadline, no deferral left, blurred because IT asked for it.", overdue},
	}
	for i := range scenes {
		scenes[i].Request.Variant = ADE
	}
	return scenes
}

func failures(base Request) []Scene {
	var scenes []Scene
	for _, f := range []struct {
		reason     Reason
		code, when string
	}{
		{ReasonServer, "M-500", "The server failed three times."},
		{ReasonOffline, "M-NET", "The server could not be reached."},
		{ReasonRefused, "M-401", "The server does not accept this Mac's token."},
		{ReasonTimeout, "M-UNENROLL", "The old MDM did not let go within 3 minutes."},
		{ReasonBrowser, "M-BROWSER", "My device could not be opened."},
		{ReasonInternal, "M-FACTS", "This Mac did not say where it is enrolled."},
	} {
		r := base
		r.Variant, r.Reason, r.Code = Failed, f.reason, f.code
		scenes = append(scenes, Scene{"failed-" + string(f.reason), f.when, r})
	}
	return scenes
}

var whenShown = map[Variant]string{
	Manual:        "The same question, for a Mac that is not assigned to Fleet in Apple Business.",
	PreSonoma:     "The same question, before macOS 14.",
	Progress:      "After Start: the old MDM is being told to let go.",
	TakingLonger:  "The same window, 90 seconds later.",
	WaitingADE:    "The old MDM has let go; comes back every 3 minutes until this Mac is in Fleet.",
	WaitingManual: "The same, for a Mac that enrolls by hand.",
	Done:          "This Mac is in Fleet.",
	Offline:       "After a click, or in the gap, while there is no network.",
	NotEligible:   "The server answered 400: it does not want this Mac now.",
	About:         "After a click on About Fleet.",
}
