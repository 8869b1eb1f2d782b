package swiftdialog

import (
	"context"
	"os"
	"syscall"
	"time"
)

// own is the goroutine that a window belongs to, from start to end.
func (d *Dialog) own(ctx context.Context, exited chan struct{}, o Options) {
	defer close(d.done)
	defer os.RemoveAll(d.dir)
	why, opened := "", d.opened(ctx, exited)
	if opened {
		why = d.live(ctx, exited, o.Guard)
	}
	if !closed(exited) {
		d.ladder(ctx, exited)
	}
	d.conclude(why, opened)
}

// unread stands in the command file until swiftDialog makes it anew, which it
// does when it opens its window. Being older than the window it is never run.
const unread = "\n"

// look is how often the command file is looked at until then.
const look = 20 * time.Millisecond

// opened waits until swiftDialog has taken its command file: only then would
// it read a command, and only then is there a window.
func (d *Dialog) opened(ctx context.Context, exited chan struct{}) bool {
	ticker, deadline := time.NewTicker(look), time.NewTimer(d.cfg.StartWithin)
	defer ticker.Stop()
	defer deadline.Stop()
	for {
		select {
		case <-exited:
			return true // whatever it was, its end says more
		case <-ctx.Done():
			return true
		case why := <-d.stop:
			d.stop <- why
			return true
		case <-deadline.C:
			return false
		case <-ticker.C:
			if d.taken() {
				return true
			}
		}
	}
}

// taken reports that swiftDialog made its command file anew. Once seen, it
// stays so: a file system may give the new file the old one's number, and soon
// there is something in it.
func (d *Dialog) taken() bool {
	now, err := os.Stat(d.commands())
	d.took = d.took || err == nil && (!os.SameFile(d.unread, now) || now.Size() == 0)
	return d.took
}

// settle is how long after making its command file swiftDialog may still miss
// what is written there: it reads on from the end that it finds.
const settle = 100 * time.Millisecond

// live feeds the window until it ends or has to.
func (d *Dialog) live(ctx context.Context, exited chan struct{}, guard time.Duration) (why string) {
	var updates <-chan string
	settled := time.After(settle)
	var enable <-chan time.Time
	if guard > 0 {
		timer := time.NewTimer(guard)
		defer timer.Stop()
		enable = timer.C
	}
	for {
		select {
		case <-exited:
			return ""
		case <-ctx.Done():
			return "stopped with the agent"
		case why := <-d.stop:
			return why
		case <-settled:
			updates = d.updates
		case line := <-updates:
			d.command(line)
		case <-enable:
			d.command("button1: enable")
			enable = nil
		}
	}
}

func (d *Dialog) conclude(why string, opened bool) {
	r := &d.result
	r.Closed = time.Now()
	r.Code = d.cmd.ProcessState.ExitCode()
	if status, ok := d.cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		r.Signal = status.Signal().String()
	}
	r.Ending, r.Detail = decode(d.version, d.cmd.ProcessState, d.stdout.Bytes())
	switch {
	case !opened:
		r.Ending, r.Detail, r.Unseen = Broken, "no window within "+d.cfg.StartWithin.String(), true
	case why != "" && r.Ending == Broken:
		r.Ending = Interrupted
		r.Detail = why
	case why != "" && r.Ending == Interrupted:
		r.Detail = why
	}
}

func closed(c chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
