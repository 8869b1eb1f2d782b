package deviceclient

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"syscall"
	"time"
)

// What a call can come to, beside *StatusError. Test with errors.Is.
var (
	ErrNoToken         = errors.New("there is no usable device token")
	ErrUnauthenticated = errors.New("the server does not accept the token, key or secret") // 401
	ErrMissingLicense  = errors.New("the server has no Fleet Premium license")             // 402
	ErrNotFound        = errors.New("the server does not know this")                       // 404
	ErrConflict        = errors.New("the token belongs to another host")                   // 409
	ErrRateLimited     = errors.New("the server asks for patience")                        // 429
	ErrNotJSON         = errors.New("the answer is not from a Fleet server (a login page of the network?)")
	ErrTooLarge        = errors.New("the answer is too large")
	ErrTimeout         = errors.New("the server did not answer in time")
	ErrNodeInvalid     = errors.New("the server does not know this node key") // osquery endpoints
)

// StatusError is an answer with a status that means failure.
type StatusError struct {
	StatusCode int
	Message    string        // the server's words, capped; may be empty
	RetryAfter time.Duration // as the server asked; 0 if it did not
}

func (e *StatusError) Error() string {
	if e.Message == "" {
		return fmt.Sprintf("the server answered %d %s", e.StatusCode, http.StatusText(e.StatusCode))
	}
	return fmt.Sprintf("the server answered %d %s: %s", e.StatusCode, http.StatusText(e.StatusCode), e.Message)
}

// Is makes errors.Is find the sentinel of the status.
func (e *StatusError) Is(target error) bool {
	return target != nil && target == map[int]error{
		http.StatusUnauthorized:    ErrUnauthenticated,
		http.StatusPaymentRequired: ErrMissingLicense,
		http.StatusNotFound:        ErrNotFound,
		http.StatusConflict:        ErrConflict,
		http.StatusTooManyRequests: ErrRateLimited,
	}[e.StatusCode]
}

// StatusOf is the HTTP status of an error; 0 if there was no answer.
func StatusOf(err error) int {
	var status *StatusError
	if errors.As(err, &status) {
		return status.StatusCode
	}
	return 0
}

// RetryAfter is how long the server asked to be left alone; 0 if it did not.
func RetryAfter(err error) time.Duration {
	var status *StatusError
	if errors.As(err, &status) {
		return status.RetryAfter
	}
	return 0
}

// IsOffline reports that no server was reached: no name, no route, no
// connection. A server that answers badly, or too late, is not offline.
func IsOffline(err error) bool {
	var dns *net.DNSError
	var op *net.OpError
	switch {
	case errors.As(err, &dns):
		return true
	case errors.As(err, &op) && op.Op == "dial":
		return true
	}
	for _, errno := range []error{syscall.ECONNREFUSED, syscall.ECONNRESET, syscall.ENETUNREACH, syscall.EHOSTUNREACH, syscall.ENETDOWN} {
		if errors.Is(err, errno) {
			return true
		}
	}
	return false
}

// redact takes the URL out of a transport's error: it holds the token. And it
// takes out this end of the connection, which is another each time.
func redact(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	var timeout net.Error
	if errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout() && !IsOffline(err) {
		return ErrTimeout
	}
	var op *net.OpError
	if errors.As(err, &op) && op.Source != nil {
		return &net.OpError{Op: op.Op, Net: op.Net, Addr: op.Addr, Err: op.Err}
	}
	return err
}
