package daemon

import "sync/atomic"

// sharedToken is the token that the mirror read last, for the link's calls.
type sharedToken struct{ value atomic.Pointer[string] }

func (s *sharedToken) set(token string) { s.value.Store(&token) }

// read is the token; "" where the daemon has one of its own.
func (s *sharedToken) read() string {
	if p := s.value.Load(); p != nil {
		return *p
	}
	return ""
}
