package agent

import (
	"errors"
	"time"

	"pgregory.net/rapid"

	"fleetmigrate/agent/host"
	"fleetmigrate/agent/policy"
	"fleetmigrate/agent/prompt"
	"fleetmigrate/pkg/deviceclient"
	"fleetmigrate/swiftdialog"
)

var endings = []swiftdialog.Ending{swiftdialog.Agreed, swiftdialog.Later, swiftdialog.Help, swiftdialog.TimedOut,
	swiftdialog.Dismissed, swiftdialog.Interrupted, swiftdialog.Broken}

var outcomes = []Outcome{{OK: true}, {Status: 400, Reason: prompt.ReasonEligible}, {Status: 401, Reason: prompt.ReasonRefused},
	{Status: 500, Reason: prompt.ReasonServer, Retry: true}, {Reason: prompt.ReasonOffline, Retry: true},
	{Status: 429, Reason: prompt.ReasonServer, Retry: true, RetryAfter: time.Hour}}

// actions is everything that can happen, in any order.
func (s *sim) actions(mode deviceclient.Mode) map[string]func(*rapid.T) {
	return map[string]func(*rapid.T){
		"time": func(t *rapid.T) {
			s.now = s.now.Add(time.Duration(rapid.IntRange(0, 1200).Draw(t, "seconds")) * time.Second)
			s.step(Alarm{})
		},
		"alarm": func(*rapid.T) {
			if at, ok := s.m.Alarm(s.now); ok {
				s.now = at
				s.step(Alarm{})
			}
		},
		"clock": func(t *rapid.T) {
			s.now = s.now.Add(time.Duration(rapid.IntRange(-3600, 0).Draw(t, "back")) * time.Second)
			s.step(Alarm{})
		},
		"facts":   func(*rapid.T) { s.answerFacts(nil) },
		"misread": func(*rapid.T) { s.answerFacts(errors.New("profiles did not answer")) },
		"ending":  func(t *rapid.T) { s.end(rapid.SampledFrom(endings).Draw(t, "ending")) },
		"answer":  func(t *rapid.T) { s.answerRequest(rapid.SampledFrom(outcomes).Draw(t, "outcome")) },
		"summary": func(t *rapid.T) { s.serverSays(mode, rapid.Bool().Draw(t, "enabled")) },
		"any summary": func(t *rapid.T) {
			s.step(SummaryArrived{summary(mode, rapid.Bool().Draw(t, "needs"), rapid.Bool().Draw(t, "renew"))})
		},
		"no summary": func(t *rapid.T) {
			s.step(SummaryFailed{rapid.SampledFrom([]Link{Offline, Unreachable, Refused, NoToken, Unlicensed}).Draw(t, "link")})
		},
		"click": func(t *rapid.T) {
			s.step(Clicked{ItemID(rapid.IntRange(0, int(itemCount)-1).Draw(t, "item"))})
		},
		"menu":     func(*rapid.T) { s.step(MenuOpened{}) },
		"unenroll": func(*rapid.T) { s.unenroll() },
		"enroll":   func(*rapid.T) { s.enroll(fleetURL) },
		"return":   func(*rapid.T) { s.enroll(oldURL) },
		"moment": func(t *rapid.T) {
			s.mac.ScreenLocked, s.mac.CameraInUse = rapid.Bool().Draw(t, "locked"), rapid.Bool().Draw(t, "camera")
			s.step(HostChanged{})
		},
		"assignment": func(t *rapid.T) {
			s.mac.ADE = host.ADE{Assigned: rapid.Bool().Draw(t, "assigned"), Unknown: rapid.Bool().Draw(t, "unknown")}
		},
		"pause": func(t *rapid.T) {
			s.step(PauseChanged{Pause{Until: s.now.Add(time.Duration(rapid.IntRange(-60, 600).Draw(t, "s")) * time.Second)}})
		},
		"browser": func(t *rapid.T) {
			s.step(OpenFailed{rapid.SampledFrom([]Page{MyDevice, Contact, Transparency}).Draw(t, "page")})
		},
		"crash": func(*rapid.T) { s.crash() },
		"deadline": func(t *rapid.T) {
			p := s.m.Policy
			p.Deadline, p.Deferrals = s.now.Add(time.Duration(rapid.IntRange(-600, 8000).Draw(t, "minutes"))*time.Minute), rapid.IntRange(0, 3).Draw(t, "deferrals")
			s.step(PolicyChanged{p})
		},
		"journey": func(t *rapid.T) {
			s.now = s.now.In(time.FixedZone("there", rapid.IntRange(-12, 14).Draw(t, "hours")*3600))
			s.step(HostChanged{})
		},
		"sleep": func(t *rapid.T) { // from a nap to a holiday
			s.now = s.now.Add(time.Duration(rapid.IntRange(1, 40*24).Draw(t, "hours")) * time.Hour)
			s.step(HostChanged{})
		},
		"apple": func(t *rapid.T) {
			s.mac.AppleMigration.Pending = rapid.Bool().Draw(t, "pending")
			s.mac.OSVersion = rapid.SampledFrom([]string{"", "13.6", "15.1", "26.0"}).Draw(t, "macOS")
			s.step(HostChanged{})
		},
		"late end": func(t *rapid.T) { // of no window that there is
			s.step(DialogEnded{ID: s.m.Window.Last + rapid.SampledFrom([]int{-1, 1}).Draw(t, "id"), Ending: rapid.SampledFrom(endings).Draw(t, "ending")})
		},
	}
}

// decisions are IT's, which change the schedule as well.
func (s *sim) decisions() map[string]func(*rapid.T) {
	return map[string]func(*rapid.T){
		"policy": func(t *rapid.T) {
			p := policy.Policy{FleetURL: rapid.SampledFrom([]string{fleetURL, fleetURL, "https://other.example.com"}).Draw(t, "server")}
			if rapid.Bool().Draw(t, "deadline") {
				p.Deadline = s.now.Add(time.Duration(rapid.IntRange(-100, 300).Draw(t, "hours")) * time.Hour)
			}
			if rapid.Bool().Draw(t, "apple") {
				p.AppleDeadline = s.now.Add(time.Duration(rapid.IntRange(-100, 300).Draw(t, "hours")) * time.Hour)
			}
			p.Deferrals = rapid.IntRange(-1, 3).Draw(t, "deferrals")
			p.GapInterval = policy.Duration(rapid.IntRange(0, 600).Draw(t, "gap")) * policy.Duration(time.Second)
			p.ForcedInterval = policy.Duration(rapid.IntRange(0, 7200).Draw(t, "forced")) * policy.Duration(time.Second)
			p.PolitenessBudget = policy.Duration(rapid.IntRange(0, 7200).Draw(t, "budget")) * policy.Duration(time.Second)
			s.step(PolicyChanged{p})
		},
	}
}
