package agent

import (
	"fmt"
	"reflect"
	"strings"
	"time"
)

// load reads what the last process left.
func (a *Agent) load() {
	durable, err := a.store.load()
	if err != nil {
		a.log.Error().Err(err).Msg("starting afresh")
	}
	a.m.Durable = durable
}

// handle takes the events that the shell itself has a part in.
func (a *Agent) handle(ev Event) {
	switch ev := ev.(type) {
	case polled:
		a.polled(ev)
	case dialogOpened:
		a.opened(ev)
	case logoFetched:
		a.logoFetched(ev)
	case TokenChanged:
		a.poll()
	case PolicyChanged:
		a.policyChanged(ev)
	default:
		a.step(ev)
	}
}

// policyChanged asks a server that is new to this agent at once.
func (a *Agent) policyChanged(ev PolicyChanged) {
	moved := ev.Policy.FleetURL != a.m.Policy.FleetURL
	a.step(ev)
	if moved {
		a.polls.forget()
		a.poll()
	}
}

// step turns the machine once: first what must last is written, then the
// effects are started, then what people see follows.
func (a *Agent) step(ev Event) {
	before := a.m
	next, effects := a.m.Step(a.now(), ev)
	a.m = next
	a.logChange(before, ev)
	if !reflect.DeepEqual(before.Durable, next.Durable) {
		if err := a.store.save(next.Durable); err != nil {
			a.log.Error().Err(err).Msg("the state could not be written; a restart may repeat a dialog")
		}
	}
	for _, e := range effects {
		a.run(e)
	}
	a.show()
}

// show renders the menu and writes the status, where they changed.
func (a *Agent) show() {
	if menu := a.m.Menu(); a.lastMenu == nil || *a.lastMenu != menu {
		a.lastMenu = &menu
		a.Tray.Render(menu)
	}
	status := a.status()
	changed := status
	changed.At, a.written.At = time.Time{}, time.Time{}
	if reflect.DeepEqual(changed, a.written) {
		return
	}
	a.logProblems(a.written.Problems, status.Problems)
	a.written = status
	if err := a.store.saveStatus(status); err != nil {
		a.log.Error().Err(err).Msg("the status could not be written")
	}
}

func (a *Agent) status() Status {
	s := a.m.Status(a.now().Round(0))
	s.PID, s.LastEnding, s.LastError = a.store.pid(), a.lastEnd, a.lastErr
	if a.cfg.DialogTool != nil {
		s.DialogTool = a.cfg.DialogTool()
	}
	return s
}

// logChange writes one line per change of state, link or gate, and none
// otherwise.
func (a *Agent) logChange(before Machine, ev Event) {
	m := a.m
	if before.State != m.State {
		line := a.log.Info().Str("from", string(before.State)).Str("to", string(m.State)).Str("cause", strings.TrimPrefix(fmt.Sprintf("%T", ev), "agent."))
		if m.Failure != nil {
			line = line.Str("reason", string(m.Failure.Reason)).Str("code", m.Failure.Code)
		}
		if m.Consent != nil {
			line = line.Str("consent", m.Consent.ID)
		}
		line.Msg("migration state")
	}
	if before.Link != m.Link {
		a.log.Info().Str("from", string(before.Link)).Str("to", string(m.Link)).Msg("server")
	}
	if before.wanted() != m.wanted() {
		n := m.Summary.Notifications
		a.log.Info().Bool("needs_mdm_migration", n.NeedsMDMMigration).Bool("renew_enrollment_profile", n.RenewEnrollmentProfile).
			Bool("apple_migration", m.apple).Msg("what the server asks for")
	}
	a.logHeld(before)
}

// logHeld says which gate holds a due dialog back, when that begins or ends.
func (a *Agent) logHeld(before Machine) {
	was, is := !before.Budget.HeldAt.IsZero(), !a.m.Budget.HeldAt.IsZero()
	if was == is {
		return
	}
	line := a.log.Info().Dur("budget_left", a.m.budgetLeft(a.now()))
	if !is {
		line.Msg("no longer waiting for a decent moment")
		return
	}
	for _, g := range a.m.Gates(a.now()) {
		if !g.OK {
			line = line.Str("gate_"+g.ID, g.Reason)
		}
	}
	line.Msg("waiting for a decent moment")
}
