package swiftdialog

import (
	"context"
	"syscall"
	"time"
)

// leaving is the grace of a step when the agent itself has to go: launchd gives
// it a few seconds, and a window that outlives it is nobody's.
const leaving = 400 * time.Millisecond

// ladder ends the process: politely, firmly, and then for certain. Each step
// has QuitGrace, so the whole takes at most twice that; less when ctx ends.
func (d *Dialog) ladder(ctx context.Context, exited chan struct{}) {
	steps := []func(){
		func() { d.command("quit:") },
		func() { d.signal(syscall.SIGTERM) },
		func() { d.signal(syscall.SIGKILL) },
	}
	if !d.taken() { // it reads no commands yet
		steps = steps[1:]
	}
	for _, step := range steps {
		step()
		if d.gone(ctx, exited) {
			return
		}
	}
	<-exited
}

// gone waits for the end within the grace of one step.
func (d *Dialog) gone(ctx context.Context, exited chan struct{}) bool {
	grace, hurry := d.cfg.QuitGrace, ctx.Done()
	if ctx.Err() != nil {
		grace, hurry = min(grace, leaving), nil
	}
	select {
	case <-exited:
		return true
	case <-hurry:
		return false
	case <-time.After(grace):
		return false
	}
}

// signal goes to the whole process group: a helper of swiftDialog's must not
// stay behind.
func (d *Dialog) signal(s syscall.Signal) { _ = syscall.Kill(-d.cmd.Process.Pid, s) }
