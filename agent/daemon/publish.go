package daemon

import (
	"os"
	"path/filepath"
	"reflect"
	"time"

	"fleetmigrate/agent/host"
	"fleetmigrate/agent/options"
)

// report logs the first failure of a kind, and its end.
func (o *Observer) report(err error) {
	o.trouble = ""
	if err != nil {
		o.trouble = err.Error()
	}
	switch {
	case !o.heard.news("mac", err):
	case err == nil:
		o.log.Info().Msg("this Mac answers again")
	default:
		o.log.Error().Err(err).Msg("this Mac could not be asked; the last facts stand")
	}
	o.board.Set(func(s *Status) { s.Mac.Trouble = o.trouble })
}

// askedApple logs what kept the assignment from being known, when it is another.
func (o *Observer) askedApple(err error) {
	if o.heard.news("apple", err) && err != nil {
		o.log.Error().Err(err).Msg("asking whether this Mac is assigned in Apple Business")
	}
}

func (o *Observer) tell(seen Observed, apple AppleStatus) {
	f := seen.Facts
	if was := o.last; was.Known && was.Facts.Enrollment != f.Enrollment {
		o.log.Info().Bool("enrolled", f.Enrollment.Enrolled).Str("mdm_server", f.Enrollment.ServerURL).Msg("the enrollment of this Mac changed")
	}
	o.last = seen
	o.board.Set(func(s *Status) {
		s.Mac = MacStatus{ReadAt: time.Now().UTC(), Trouble: o.trouble, Enrollment: f.Enrollment, InFleet: inFleet(o.cfg, f), ADE: f.ADE, User: f.ConsoleUser.Name, UID: f.ConsoleUser.UID}
		s.Apple = apple
	})
	for _, g := range o.give {
		g.Put(seen)
	}
}

func inFleet(c options.Config, f host.Facts) bool {
	return f.Enrollment.Enrolled && c.Policy.IsFleet(f.Enrollment.ServerURL)
}

// publish writes the facts, when any is different from the last time.
func (o *Observer) publish(f host.Facts) {
	f.PublishedAt = time.Time{}
	f.LoginAt = time.Time{} // when this daemon first saw the person is no login
	path := filepath.Join(o.cfg.Var(), "facts.json")
	if _, err := os.Lstat(path); err == nil && reflect.DeepEqual(f, o.published) {
		return
	}
	stamped := f
	stamped.PublishedAt = time.Now().UTC()
	err := save(path, stamped, modePublic)
	if o.heard.news("facts", err) && err != nil {
		o.log.Error().Err(err).Msg("the facts can't be published; the old ones stand")
	}
	if err == nil {
		o.published = f
	}
}
