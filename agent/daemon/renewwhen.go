package daemon

import "time"

// The spacing of attempts. Apple's window takes a person minutes; asking again
// sooner only puts it in their way, and a failure that repeats is Apple's.
const (
	renewAfter    = 3 * time.Minute // after one that ended well
	renewBase     = 2 * time.Minute // after a failure, doubling
	renewCap      = 30 * time.Minute
	renewMaxPow   = 6
	renewByPerson = time.Minute // the person asked for it again
)

// holds is what keeps a renewal from being run, apart from its spacing.
func (r *Renewer) holds() string {
	f := r.seen.Facts
	switch {
	case !r.wanted:
		return "the server does not ask for it"
	case !r.seen.Known:
		return "this Mac has not told its facts yet"
	case companion(r.cfg, r.seen):
		return "Fleet's own agent does it"
	case f.Enrollment.Enrolled:
		return "this Mac is still enrolled, at " + f.Enrollment.ServerURL
	case f.ConsoleUser.UID == 0:
		return "nobody is at the screen"
	case f.ADE.Unknown: // the server asks for assigned Macs only: Apple is down, not the assignment
		return ""
	case !f.ADE.Assigned:
		return "Apple says that this Mac is not assigned to an MDM server"
	case !r.cfg.Policy.IsFleet(f.ADE.ConfigurationWebURL):
		return "Apple says that this Mac is assigned elsewhere, to " + f.ADE.ConfigurationWebURL
	}
	return ""
}

// next is the time of the next attempt. A last one that lies in the future was
// before the clock was set back.
func (r *Renewer) next(now time.Time) time.Time {
	last := r.done.LastAt
	if last.IsZero() || last.After(now) {
		return now
	}
	switch {
	case r.done.Failures > 0:
		return last.Add(min(renewCap, renewBase<<min(r.done.Failures-1, renewMaxPow)))
	case r.asked.After(r.done.Asked) && !r.asked.After(now) && r.asked.After(last):
		return last.Add(renewByPerson)
	}
	return last.Add(renewAfter)
}
