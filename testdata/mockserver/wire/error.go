package wire

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"
)

// Field is one line of an error body; Name is "base" when no field is meant.
type Field struct {
	Name   string `json:"name"`
	Reason string `json:"reason"`
}

// Error is an answer in Fleet's error shape:
// {"message", "errors": [{"name", "reason"}], "uuid"}.
type Error struct {
	Status  int
	Message string
	Fields  []Field

	Early      bool   // raised before the endpoint: sent as text/plain
	NoUUID     bool   // webhook failures, MDM off and token conflicts carry none
	RetryAfter string // seconds, as the header has them; empty sends none
}

// Error is the text a person reads in a log.
func (e *Error) Error() string {
	parts := []string{strconv.Itoa(e.Status), e.Message}
	for _, f := range e.Fields {
		parts = append(parts, f.Name+": "+f.Reason)
	}
	return strings.Join(parts, ", ")
}

// Base makes an error that belongs to no field.
func Base(status int, message, reason string) *Error {
	return &Error{Status: status, Message: message, Fields: []Field{{Name: "base", Reason: reason}}}
}

// Invalid is a 422 with every field that is wrong.
func Invalid(fields ...Field) *Error {
	return &Error{Status: http.StatusUnprocessableEntity, Message: "Validation Failed", Fields: fields}
}

// BadRequest is the 400 of a request that cannot be read or carried out.
func BadRequest(reason string) *Error { return Base(http.StatusBadRequest, "Bad request", reason) }

// UserMessage is the 400 whose reason is meant for the person: its message is the HTTP status text.
func UserMessage(reason string) *Error { return Base(http.StatusBadRequest, "Bad Request", reason) }

// NotFound is a 404 for something the store does not have.
func NotFound(what string) *Error {
	return Base(http.StatusNotFound, "Resource Not Found", what+" was not found in the datastore")
}

// Forbidden is a 403 for a role that may not.
func Forbidden() *Error { return Base(http.StatusForbidden, "Permission Denied", "forbidden") }

// LicenseText is Fleet's sentence for everything that needs Fleet Premium.
const LicenseText = "Requires Fleet Premium license"

// License is the 402 of a premium endpoint.
func License() *Error { return Base(http.StatusPaymentRequired, LicenseText, LicenseText) }

// AuthRequired is the 401 for a missing, unknown or expired token or node key.
func AuthRequired() *Error { return early(http.StatusUnauthorized, "Authentication required") }

// AuthFailed is the 401 for a wrong enroll secret; the cause is hidden.
func AuthFailed() *Error { return early(http.StatusUnauthorized, "Authentication failed") }

// NoAuthHeader is the 401 of a user endpoint that got no Authorization header.
func NoAuthHeader() *Error {
	return early(http.StatusUnauthorized, "Authorization header required")
}

// Undecodable is the 400 of a body that could not be decoded before the endpoint ran.
func Undecodable(reason string) *Error {
	e := BadRequest(reason)
	e.Early = true
	return e
}

// MDMOff is the 400 of an endpoint that needs Apple MDM.
func MDMOff() *Error {
	const text = "MDM features aren't turned on in Fleet. For more information about setting up MDM, please visit https://fleetdm.com/docs/using-fleet/mdm-setup"
	e := early(http.StatusBadRequest, text)
	e.NoUUID = true
	return e
}

// LimitExceeded is the 429 of the failure limiter.
func LimitExceeded(retryAfter string) *Error {
	e := early(http.StatusTooManyRequests, "limit exceeded, retry after: "+retryAfter+"s")
	e.RetryAfter = retryAfter
	return e
}

// TimedOut is the 408 of a body that took too long; text is that of the network's error.
func TimedOut(text string) *Error { return early(http.StatusRequestTimeout, text) }

// Internal is a 500 with its text in both places.
func Internal(text string) *Error { return Base(http.StatusInternalServerError, text, text) }

func early(status int, text string) *Error {
	e := Base(status, text, text)
	e.Early = true
	return e
}

// Fail answers with err: an *Error as it is, anything else as 500.
func Fail(w http.ResponseWriter, err error) {
	var e *Error
	if !errors.As(err, &e) {
		e = Internal(err.Error())
	}
	body := struct {
		Message string  `json:"message"`
		Errors  []Field `json:"errors"`
		UUID    string  `json:"uuid,omitempty"`
	}{Message: e.Message, Errors: e.Fields}
	if !e.NoUUID {
		body.UUID = uuid.NewString()
	}
	encoded, _ := Encode(body) // strings only: it cannot fail
	contentType := ContentTypeJSON
	if e.Early {
		contentType = contentTypeEarly
	}
	w.Header().Set("Content-Type", contentType)
	if e.RetryAfter != "" {
		w.Header().Set("Retry-After", e.RetryAfter)
	}
	w.WriteHeader(e.Status)
	_, _ = w.Write(encoded)
}
