package daemon

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
	text := ""
	if err != nil {
		text = err.Error()
	}
	switch was := l.lastErr[what]; {
	case text == was:
		return
	case text == "":
		l.log.Info().Str("call", what).Msg("works again")
	default:
		l.log.Warn().Str("call", what).Err(err).Msg("failed")
	}
	l.lastErr[what] = text
}
