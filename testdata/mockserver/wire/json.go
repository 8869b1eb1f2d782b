package wire

import (
	"bytes"
	"encoding/json"
	"net/http"
)

// ContentTypeJSON is what Fleet sends with a success and with the errors of an endpoint itself.
const ContentTypeJSON = "application/json; charset=utf-8"

// contentTypeEarly is what Fleet sends with errors raised before the endpoint
// runs: the body is the same JSON, but nobody set a type (seen on Fleet 4.57).
const contentTypeEarly = "text/plain; charset=utf-8"

// Encode renders v as Fleet does: two spaces, & < > escaped, a newline at the end.
func Encode(v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

// JSON answers with a status and v.
func JSON(w http.ResponseWriter, status int, v any) {
	body, err := Encode(v)
	if err != nil {
		Fail(w, Internal("encoding the answer: "+err.Error()))
		return
	}
	Raw(w, status, body)
}

// Raw answers with JSON that is already encoded.
func Raw(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", ContentTypeJSON)
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client is gone; there is nobody to tell
}
