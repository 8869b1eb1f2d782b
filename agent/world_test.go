package agent

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/agent/host"
	"fleetmigrate/agent/policy"
	"fleetmigrate/agent/prompt"
	"fleetmigrate/pkg/deviceclient"
	"fleetmigrate/swiftdialog"
)

const (
	fleetURL = "https://fleet.example.com"
	oldURL   = "https://old.example.com/mdm"
)

// sim drives the machine as the shell would, on a clock of its own, and checks
// what must hold after every single step.
type sim struct {
	t   require.TestingT
	now time.Time
	m   Machine

	mac     host.Facts
	reading bool
	asking  string       // consent of the request under way
	open    map[int]Show // dialogs on the screen
	granted map[string]bool
	spent   map[string]bool // consents whose request is over
	twin    func(at time.Time, ev Event, before, after Machine, effects []Effect)
	autos   []time.Time // when a dialog with Start appeared by itself
	shown   []prompt.Variant
	opened  []Page
	copied  []string
	asked   int            // requests
	reads   int            // of the facts
	said    prompt.Request // what the last dialog said, in its latest words
	updated int            // times that an open dialog was told anew
	raised  int            // times that the open dialog was brought to the front
}

func newSim(t require.TestingT) *sim {
	s := &sim{t: t, now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.Local), open: map[int]Show{}, granted: map[string]bool{}, spent: map[string]bool{}}
	s.mac = host.Facts{
		OSVersion: "15.1", HardwareSerial: "C02TEST", ConsoleUser: host.ConsoleUser{Name: "jo", UID: 501},
		Enrollment: host.Enrollment{Enrolled: true, ServerURL: oldURL}, ADE: host.ADE{Assigned: true},
	}
	s.m.Policy = policy.Policy{FleetURL: fleetURL}
	s.m.Version = "1.0.0"
	s.step(Started{})
	return s
}

// step turns the machine and takes its effects into the simulated world.
func (s *sim) step(ev Event) {
	started, before := s.aboutToStart(ev), s.m
	next, effects := s.m.Step(s.now, ev)
	s.m = next
	if s.twin != nil {
		s.twin(s.now, ev, before, next, effects)
	}
	if started && s.m.Consent != nil {
		s.granted[s.m.Consent.ID] = true
	}
	if before.State == Requesting && s.m.State != Requesting && before.Consent != nil {
		s.spent[before.Consent.ID] = true
	}
	for _, e := range effects {
		s.take(e)
	}
	s.check()
}

// aboutToStart reports a proved Start: the one thing that may lead to a request.
func (s *sim) aboutToStart(ev Event) bool {
	end, ok := ev.(DialogEnded)
	return ok && end.Ending == swiftdialog.Agreed && starts(s.m.Window.Shows) && end.ID == s.m.Window.ID
}

func (s *sim) take(e Effect) {
	switch e := e.(type) {
	case ReadFacts:
		require.False(s.t, s.reading, "two reads of the facts at once")
		s.reading = true
		s.reads++
	case Show:
		require.Empty(s.t, s.open, "a second dialog opens: %v", e.Prompt.Variant)
		s.open[e.ID] = e
		s.shown = append(s.shown, e.Prompt.Variant)
		s.said = e.Prompt
		s.checkShow(e)
	case Update:
		require.Contains(s.t, s.open, e.ID, "a dialog that is not open is updated")
		s.open[e.ID] = Show(e)
		s.said, s.updated = e.Prompt, s.updated+1
	case Raise:
		require.Contains(s.t, s.open, e.ID, "a dialog that is not open is raised")
		s.raised++
	case Close:
		require.Contains(s.t, s.open, e.ID, "a dialog that is not open is closed")
	case Migrate:
		require.Empty(s.t, s.asking, "two requests at once")
		require.True(s.t, s.granted[e.Consent], "a request without a proved Start")
		require.False(s.t, s.spent[e.Consent], "a Start is good for one migration")
		s.asking = e.Consent
		s.asked++
	case Open:
		s.opened = append(s.opened, e.Page)
	case Copy:
		s.copied = append(s.copied, e.Text)
	}
}

func (s *sim) checkShow(e Show) {
	v := e.Prompt.Variant
	if starts(v) || v == prompt.WaitingADE || v == prompt.WaitingManual {
		require.False(s.t, s.m.inFleet(), "%s is shown on a Mac that is in Fleet", v)
	}
	if starts(v) && e.Prompt.Automatic {
		s.autos = append(s.autos, s.now)
	}
}

// check holds after every step.
func (s *sim) check() {
	visible := s.m.Menu().Items[ItemMigrate].Visible
	want := s.m.State != Idle && s.m.State != Done
	require.Equal(s.t, want, visible, "the item in state %s", s.m.State)
	if at, ok := s.m.Alarm(s.now); ok {
		require.True(s.t, at.After(s.now), "an alarm in the past would spin: %v in state %s", at.Sub(s.now), s.m.State)
	}
	if s.m.State == Requesting || s.m.State == Unenrolling {
		require.NotNil(s.t, s.m.Consent, "state %s without a consent", s.m.State)
	}
	s.checkWayOut()
	s.checkDue()
	require.True(s.t, s.m.Budget.Used >= 0 && s.m.budgetLeft(s.now) <= s.m.budget(), "the budget %v of %v", s.m.Budget, s.m.budget())
}

// checkWayOut holds that every state is left by a window that is there, an
// answer that is under way, or a time.
func (s *sim) checkWayOut() {
	_, alarm := s.m.Alarm(s.now)
	switch s.m.State {
	case Prompting, Failed, Done:
		require.True(s.t, s.m.Window.ID != 0 || s.m.Window.Wants != "" && s.reading, "state %s without its window", s.m.State)
	case Requesting:
		require.True(s.t, s.reading || s.asking != "" || alarm, "a request that nothing drives")
	case Unenrolling:
		require.True(s.t, s.reading || alarm, "nobody looks whether the old MDM let go")
	}
	if s.m.Window.ID != 0 {
		require.Contains(s.t, s.open, s.m.Window.ID, "a window that is not there")
	}
}

// checkDue holds that a dialog that is due and does not open has a reason: the
// Mac is being asked, a gate holds it, or another one asks.
func (s *sim) checkDue() {
	due, ok := s.m.NextPrompt(s.now)
	if !ok || due.After(s.now) || s.reading || asks(s.m.Window.Wants) {
		return
	}
	for _, g := range s.m.Gates(s.now) {
		if !g.OK {
			return
		}
	}
	require.Fail(s.t, "a dialog is due and nothing holds it", "since %v; %s", s.now.Sub(due), s)
}

// answerFacts lets the Mac answer.
func (s *sim) answerFacts(err error) {
	for s.reading {
		s.reading = false
		s.step(FactsRead{Facts: s.mac, Err: err})
		err = nil
	}
}

// end ends the open dialog.
func (s *sim) end(how swiftdialog.Ending) bool {
	for id := range s.open {
		delete(s.open, id)
		s.step(DialogEnded{ID: id, Ending: how})
		return true
	}
	return false
}

// obey ends dialogs that the machine is closing, as the shell's Stop does.
func (s *sim) obey() {
	for s.m.Window.Closing {
		require.True(s.t, s.end(swiftdialog.Interrupted))
	}
}

func (s *sim) answerRequest(o Outcome) {
	if c := s.asking; c != "" {
		s.asking = ""
		s.step(MigrateAnswered{Consent: c, Outcome: o})
	}
}

// crash loses everything but the durable part, through its written form.
func (s *sim) crash() {
	data, err := json.Marshal(s.m.Durable)
	require.NoError(s.t, err)
	m := Machine{World: World{Policy: s.m.Policy, Version: s.m.Version}}
	require.NoError(s.t, json.Unmarshal(data, &m.Durable))
	s.m, s.reading, s.asking, s.open = m, false, "", map[int]Show{}
	s.step(Started{})
}

// wait lets time pass, alarm by alarm; the Mac answers at once.
func (s *sim) wait(d time.Duration) {
	end := s.now.Add(d)
	for {
		s.answerFacts(nil)
		s.obey()
		at, ok := s.m.Alarm(s.now)
		if !ok || at.After(end) {
			break
		}
		s.now = at
		s.step(Alarm{})
	}
	s.now = end
}

func summary(mode deviceclient.Mode, needs, renew bool) deviceclient.Summary {
	var sum deviceclient.Summary
	sum.Notifications.NeedsMDMMigration, sum.Notifications.RenewEnrollmentProfile = needs, renew
	sum.Config.MDM.MacOSMigration.Mode = mode
	sum.Config.OrgInfo = deviceclient.OrgInfo{OrgName: "Acme", ContactURL: "https://acme.example.com/help"}
	return sum
}

// serverSays lets the server ask for the migration, as the real one does for these facts.
func (s *sim) serverSays(mode deviceclient.Mode, enabled bool) {
	elsewhere := s.mac.Enrollment.Enrolled && s.mac.Enrollment.ServerURL != fleetURL
	renew := enabled && !s.mac.Enrollment.Enrolled && s.mac.ADE.Assigned
	s.step(SummaryArrived{summary(mode, enabled && elsewhere, renew)})
}

func (s *sim) unenroll() { s.mac.Enrollment = host.Enrollment{}; s.step(HostChanged{}) }

func (s *sim) enroll(url string) {
	s.mac.Enrollment = host.Enrollment{Enrolled: true, ServerURL: url}
	s.step(HostChanged{})
}

func (s *sim) String() string { return fmt.Sprintf("%s at %s", s.m.State, s.now.Format(time.TimeOnly)) }
