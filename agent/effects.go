package agent

import (
	"context"
	"time"

	"fleetmigrate/agent/prompt"
	"fleetmigrate/swiftdialog"
)

// The deadlines of what runs beside the loop.
const (
	factsTimeout   = 10 * time.Second
	pollTimeout    = 30 * time.Second // the client has its own 10 s per request
	migrateTimeout = 60 * time.Second // and 45 s for this one
	openTimeout    = 10 * time.Second
)

// run starts an effect. It returns at once; what comes of it comes back as an event.
func (a *Agent) run(e Effect) {
	switch e := e.(type) {
	case ReadFacts:
		a.beside(factsTimeout, func(ctx context.Context) Event {
			facts, err := a.Mac.Facts(ctx)
			if err != nil {
				a.log.Warn().Err(err).Msg("the facts of this Mac could not be read; the last ones stand")
			}
			return FactsRead{Facts: facts, Err: err}
		})
	case Poll:
		a.poll()
	case Migrate:
		a.migrate(e)
	case Show:
		a.open(e)
	case Update:
		a.update(e)
	case Raise:
		a.raise(e.ID)
	case Close:
		if d := a.dialogs[e.ID]; d != nil {
			d.Stop()
		}
	case Open:
		a.browse(e.Page)
	case Copy:
		a.beside(openTimeout, func(ctx context.Context) Event {
			if err := a.Clipboard.Copy(ctx, e.Text); err != nil {
				a.log.Warn().Err(err).Msg("the diagnostic line could not be copied")
			}
			return nil
		})
	}
}

// beside runs f in a goroutine of its own and posts what it returns.
func (a *Agent) beside(timeout time.Duration, f func(context.Context) Event) {
	a.group.Go(func() {
		ctx, cancel := context.WithTimeout(a.ctx, timeout)
		defer cancel()
		if ev := f(ctx); ev != nil {
			a.Post(ev)
		}
	})
}

func (a *Agent) migrate(e Migrate) {
	a.log.Info().Str("consent", e.Consent).Msg("asking the server to let the old MDM go")
	a.beside(migrateTimeout, func(ctx context.Context) Event {
		err := a.Device.MigrateMDM(ctx)
		o := outcome(err)
		a.log.Info().Str("consent", e.Consent).Bool("ok", o.OK).Int("status", o.Status).Err(err).Msg("server answered the request")
		return MigrateAnswered{Consent: e.Consent, Outcome: o}
	})
}

// dialogOpened brings an open dialog to the loop, so that the map has one owner.
type dialogOpened struct {
	id     int
	dialog Dialog
}

func (dialogOpened) apply(*step) {}

// open shows a dialog and reports its end, in a goroutine that lives as long
// as the dialog does.
func (a *Agent) open(e Show) {
	a.log.Info().Int("dialog", e.ID).Str("variant", string(e.Prompt.Variant)).Bool("automatic", e.Prompt.Automatic).Msg("dialog opens")
	options := prompt.Build(e.Prompt)
	ctx := a.ctx
	a.group.Go(func() {
		started := time.Now()
		d, err := a.Dialogs.Show(ctx, options)
		if err != nil {
			a.ended(e.ID, swiftdialog.Result{Ending: swiftdialog.Broken, Detail: err.Error()}, started)
			return
		}
		a.Post(dialogOpened{e.ID, d})
		a.ended(e.ID, d.Wait(), started)
	})
}

func (a *Agent) ended(id int, r swiftdialog.Result, started time.Time) {
	a.log.Info().Int("dialog", id).Str("ending", string(r.Ending)).Int("exit_code", r.Code).Str("detail", r.Detail).
		Dur("open_for", time.Since(started)).Msg("dialog ended")
	a.Post(DialogEnded{ID: id, Ending: r.Ending})
}

// opened may come after the machine closed the dialog: then it goes at once.
func (a *Agent) opened(e dialogOpened) {
	if a.m.Window.ID != e.id || a.m.Window.Closing {
		e.dialog.Stop()
	}
	a.dialogs[e.id] = e.dialog
	for id := range a.dialogs {
		if id < e.id {
			delete(a.dialogs, id)
		}
	}
	if v := a.m.Window.Shows; a.m.Window.ID == e.id && v == prompt.TakingLonger {
		a.update(Update{ID: e.id, Prompt: (&step{Machine: a.m, at: a.now()}).dialog(v)})
	}
}

func (a *Agent) update(e Update) {
	d := a.dialogs[e.ID]
	if d == nil {
		return
	}
	o := prompt.Build(e.Prompt)
	a.group.Go(func() {
		if err := d.Update(swiftdialog.Update{Message: o.Message, ProgressText: o.ProgressText}); err != nil {
			a.log.Warn().Err(err).Msg("the open dialog could not be updated")
		}
	})
}

// raise brings a dialog to the front; one that is still opening comes there by itself.
func (a *Agent) raise(id int) {
	if d := a.dialogs[id]; d != nil {
		a.group.Go(func() { _ = d.Update(swiftdialog.Update{Front: true}) }) // a dialog that has gone needs no front
	}
}

func (a *Agent) browse(page Page) {
	contact, err := prompt.ContactURL(a.m.Summary.Config.OrgInfo.ContactURL)
	if page == Contact && err != nil {
		a.log.Warn().Err(err).Msg("the contact URL of the server is not opened")
		return
	}
	a.beside(openTimeout, func(ctx context.Context) Event {
		if err := a.Browser.Open(ctx, page, contact); err != nil {
			a.log.Warn().Err(err).Str("page", string(page)).Msg("page could not be opened")
			return OpenFailed{page}
		}
		return nil
	})
}
