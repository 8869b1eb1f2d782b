package agent

import (
	"time"

	"fleetmigrate/agent/prompt"
	"fleetmigrate/swiftdialog"
)

// ask shows the dialog with Start.
func (s *step) ask(auto bool) {
	s.enter(Prompting)
	s.Window.Wants, s.Window.Auto = s.path(), auto
}

func (e Clicked) apply(s *step) {
	switch e.Item {
	case ItemMigrate:
		s.clickMigrate()
	case ItemMyDevice:
		s.do(Open{MyDevice})
	case ItemAbout:
		s.wantIfFree(prompt.About)
	}
}

// clickMigrate checks the state again: a click may have been on its way while
// the item went.
func (s *step) clickMigrate() {
	s.pollIfOlder(menuFresh)
	switch {
	case !s.Migratable():
	case s.Window.ID != 0 && !s.givesWay():
		s.clicked = s.at
		s.do(Raise{s.Window.ID})
	case s.Window.ID == 0 && s.Window.Wants != "":
	case s.Link == Offline && s.State != AwaitingEnrollment:
		s.Window.Wants, s.Window.Auto = prompt.Offline, false
	case s.State == Offered:
		s.ask(false)
	case s.State == AwaitingEnrollment:
		s.guide(false)
	case s.State == Requesting, s.State == Unenrolling:
		s.progress()
	}
}

// givesWay reports that the open dialog asks for nothing, or no longer has a
// reason, so that a click opens what it is for in its place.
func (s *step) givesWay() bool {
	return s.Window.Shows == prompt.About || s.Window.Shows == prompt.Offline && s.Link != Offline
}

func (s *step) wantIfFree(v prompt.Variant) {
	if s.Window.ID == 0 && s.Window.Wants == "" {
		s.Window.Wants, s.Window.Auto = v, false
	}
}

// reconcile makes the one dialog what it should be. A dialog that has to go
// is closed first, and the next one opens when its end was reported: there
// are never two.
func (s *step) reconcile() {
	w := &s.Window
	switch {
	case w.ID == 0 && w.Wants != "":
		if s.FactsKnown || !s.reading { // what a restart has to say waits for the first look at the Mac
			s.show()
		}
	case w.ID == 0 || w.Wants == w.Shows || w.Closing:
	case w.Shows == prompt.Progress && w.Wants == prompt.TakingLonger:
		w.Shows = w.Wants
		s.do(Update{w.ID, s.dialog(w.Shows)})
	default:
		w.Closing, s.clicked = true, time.Time{}
		s.do(Close{w.ID})
	}
}

func (s *step) show() {
	w := &s.Window
	w.Last++
	w.ID, w.Shows, w.Closing = w.Last, w.Wants, false
	if asks(w.Shows) {
		s.Budget.Owed = false
		s.LastShown, s.SaidAt, s.Promise = s.at, s.at, s.promise(w.Shows)
	}
	s.do(Show{w.ID, s.dialog(w.Shows)})
}

// asks reports that a dialog asks for something, so that the schedule counts it.
func asks(v prompt.Variant) bool {
	switch v {
	case "", prompt.Progress, prompt.TakingLonger, prompt.Done, prompt.About:
		return false
	}
	return true
}

// starts reports that button 1 of a dialog is Start.
func starts(v prompt.Variant) bool {
	return v == prompt.ADE || v == prompt.Manual || v == prompt.PreSonoma
}

func (e DialogEnded) apply(s *step) {
	w := s.Window
	if e.ID == 0 || e.ID != w.ID {
		return
	}
	s.Window.ID, s.Window.Shows, s.Window.Closing = 0, "", false
	s.trouble = e.Ending == swiftdialog.Broken
	if asks(w.Shows) {
		s.closed()
	}
	if !w.Closing || w.Wants == w.Shows { // else it had to go, and what comes next is already wanted
		s.Window.Wants = ""
		if e.Ending == swiftdialog.Help {
			s.help(w.Shows)
		}
		s.ended(w.Shows, e.Ending)
	}
	late := s.at.Sub(s.clicked) < lateClick || w.Closing && !s.clicked.IsZero()
	if late && s.Window.Wants == "" {
		s.clickMigrate()
	}
}

// lateClick is how old a click may be that came while its dialog was going: it
// was meant for the next one, and is not lost. A person can't click the menu,
// see the dialog come to the front and press Later in less. A dialog that the
// agent itself closes may take longer.
const lateClick = 500 * time.Millisecond

func (s *step) closed() { s.LastClosed = s.at }

func (s *step) help(v prompt.Variant) {
	if v == prompt.About {
		s.do(Open{Transparency})
		return
	}
	s.do(Open{Contact})
}

// ended is what the end of a dialog means. Only Agreed is consent, and only in
// the dialog whose button says Start.
func (s *step) ended(v prompt.Variant, how swiftdialog.Ending) {
	if v == prompt.About {
		if how == swiftdialog.Later {
			s.do(Copy{s.Diagnostic()})
		}
		return // it is about the agent, not about the migration
	}
	switch s.State {
	case Prompting:
		s.answered(v, how)
	case Failed:
		s.enter(Offered)
	case AwaitingEnrollment:
		if how == swiftdialog.Agreed {
			s.openAgain(v)
		}
	case Done:
		s.enter(Idle)
	}
}

func (s *step) answered(v prompt.Variant, how swiftdialog.Ending) {
	if starts(v) && how == swiftdialog.Agreed {
		s.agreed()
		return
	}
	if how == swiftdialog.Later || how == swiftdialog.Dismissed {
		s.Deferrals++ // Command-Q is no way around the count
	}
	s.enter(Offered)
}

// OpenFailed matters where the person waits for the page: then they are told
// another way to it.
func (e OpenFailed) apply(s *step) {
	if e.Page == MyDevice && s.State == AwaitingEnrollment {
		s.Failure = &Failure{Reason: prompt.ReasonBrowser, Code: "M-BROWSER"}
		s.Window.Wants, s.Window.Auto = prompt.Failed, false
	}
}
