package daemon

// heard is what was wrong last, by what it is about: a log tells changes only.
type heard map[string]string

// news reports that an error is another one than the last about the same, or
// that it is gone.
func (h heard) news(about string, err error) bool {
	text := ""
	if err != nil {
		text = err.Error()
	}
	was := h[about]
	h[about] = text
	return text != was
}

// said notes what came of a call, and logs what is different from the last time.
func (l *Link) said(call string, err error) {
	if l.ctx.Err() != nil {
		return // it ended because the daemon does
	}
	l.board.answer(call, err)
	l.fail(call, err)
	l.log.Debug().Str("call", call).Err(err).Msg("asked the server")
}

// fail logs the first failure of a kind, and its end.
func (l *Link) fail(what string, err error) {
	switch {
	case !l.heard.news(what, err):
	case err == nil:
		l.log.Info().Str("call", what).Msg("works again")
	default:
		l.log.Warn().Str("call", what).Err(err).Msg("failed")
	}
}
