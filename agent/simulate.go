package agent

import (
	"time"

	"fleetmigrate/agent/host"
	"fleetmigrate/agent/policy"
	"fleetmigrate/agent/prompt"
	"fleetmigrate/pkg/deviceclient"
	"fleetmigrate/swiftdialog"
)

// Plan is what `orbit simulate` is asked: a configuration and a person who
// always chooses "Later".
type Plan struct {
	Policy  policy.Policy
	Mode    deviceclient.Mode
	Gap     bool                              // the Mac has left the old MDM and is in none
	Start   time.Time                         // when the server begins to ask
	For     time.Duration                     // how far to look
	OpenFor time.Duration                     // how long the person leaves a dialog open
	Moment  func(at time.Time) host.Moment    // what the person is doing; nil: nothing that matters
	Zone    func(at time.Time) *time.Location // where the Mac is then; nil: it stays where it is
	Wakes   func(at time.Time) time.Time      // when a Mac that sleeps at that time wakes, or the time itself; nil: it never sleeps
}

// Reminder is one dialog of the calendar.
type Reminder struct {
	At            time.Time      `json:"at"`
	Variant       prompt.Variant `json:"variant"`
	Forced        bool           `json:"forced"`
	Blur          bool           `json:"blur"`
	DeferralsLeft int            `json:"deferrals_left"`      // -1: no limit
	ReturnsIn     time.Duration  `json:"returns_in_ns"`       // as the dialog says
	ReturnsAt     time.Time      `json:"returns_at,omitzero"` // the same, where it names a time of day
}

// Simulate gives the calendar of dialogs that appear by themselves: the very
// machine that runs on a Mac, on a clock that only this function moves.
func Simulate(p Plan) []Reminder {
	c := &calendar{plan: p, now: p.Start}
	c.m.Policy, c.m.Version = p.Policy, "simulation"
	c.step(Started{})
	c.step(SummaryArrived{c.summary()})
	for end := p.Start.Add(p.For); c.now.Before(end); {
		if c.open != 0 {
			c.pass(c.now.Add(p.OpenFor))
			id := c.open
			c.open = 0
			c.step(DialogEnded{ID: id, Ending: swiftdialog.Later})
			continue
		}
		at, ok := c.m.Alarm(c.now)
		if !ok || !at.Before(end) {
			break
		}
		c.pass(at)
		c.step(Alarm{})
	}
	return c.reminders
}

// pass lets time pass. While the Mac sleeps nothing happens; when it wakes the
// facts are read, as the agent does.
func (c *calendar) pass(to time.Time) {
	c.now = to
	if c.plan.Wakes == nil {
		return
	}
	if wakes := c.plan.Wakes(to); wakes.After(to) {
		c.now = wakes
		c.step(HostChanged{})
	}
}

type calendar struct {
	plan      Plan
	now       time.Time
	m         Machine
	open      int
	reminders []Reminder
}

func (c *calendar) summary() deviceclient.Summary {
	var s deviceclient.Summary
	s.Notifications.NeedsMDMMigration, s.Notifications.RenewEnrollmentProfile = !c.plan.Gap, c.plan.Gap
	s.Config.MDM.MacOSMigration.Mode = c.plan.Mode
	return s
}

func (c *calendar) facts() host.Facts {
	f := host.Facts{OSVersion: "15.0", ConsoleUser: host.ConsoleUser{Name: "person", UID: 501}, ADE: host.ADE{Assigned: true}}
	f.Enrollment = host.Enrollment{Enrolled: !c.plan.Gap, ServerURL: "https://old-mdm.invalid"}
	if c.plan.Moment != nil {
		f.Moment = c.plan.Moment(c.now)
	}
	return f
}

// step turns the machine and answers for the Mac and the person.
func (c *calendar) step(ev Event) {
	if c.plan.Zone != nil {
		c.now = c.now.In(c.plan.Zone(c.now))
	}
	next, effects := c.m.Step(c.now, ev)
	c.m = next
	for _, e := range effects {
		switch e := e.(type) {
		case ReadFacts:
			c.step(FactsRead{Facts: c.facts()})
		case Show:
			c.open = e.ID
			if e.Prompt.Automatic {
				p := e.Prompt
				c.reminders = append(c.reminders, Reminder{c.now, p.Variant, p.Forced, p.Blur, p.DeferralsLeft, p.ReturnsIn, p.ReturnsAt})
			}
		}
	}
}
