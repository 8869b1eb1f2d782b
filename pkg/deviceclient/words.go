package deviceclient

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// oneLine joins what somebody else said to one short line without secrets.
func oneLine(words, secrets []string) string {
	var said []string
	for _, w := range words {
		if w != "" && (len(said) == 0 || said[len(said)-1] != w) {
			said = append(said, w)
		}
	}
	text := strings.Join(said, ": ")
	for _, secret := range secrets {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "[hidden]")
		}
	}
	line := []rune(strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, text))
	return string(line[:min(len(line), maxMessage)])
}

// told is an error whose own text quotes what the server sent.
type told struct {
	cause error
	text  string
}

func (t *told) Error() string { return t.text }
func (t *told) Unwrap() error { return t.cause }

// hide keeps secrets out of an error, and its text to one line. The words in a
// StatusError are clean already.
func hide(err error, secrets []string) error {
	var status *StatusError
	if err == nil || errors.As(err, &status) {
		return err
	}
	text := oneLine([]string{err.Error()}, secrets)
	if text == err.Error() {
		return err
	}
	return &told{err, text}
}

// retryAfter reads both forms of the header: seconds, and a date.
func retryAfter(header string, now time.Time) time.Duration {
	var wait time.Duration
	if seconds, err := strconv.ParseUint(header, 10, 64); err == nil || errors.Is(err, strconv.ErrRange) {
		wait = time.Duration(min(seconds, uint64(maxRetryAfter/time.Second))) * time.Second
	} else if at, err := http.ParseTime(header); err == nil {
		wait = at.Sub(now)
	}
	return min(max(0, wait), maxRetryAfter)
}
