package mockserver

import (
	"net/http"
	"strings"
	"time"
)

// recorder sees the status and size of an answer.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(b)
	r.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the real writer.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// recorded serves and writes the line, also when the handler breaks the connection.
func (s *Server) recorded(w http.ResponseWriter, r *http.Request, serve func(http.ResponseWriter) string) {
	rec := &recorder{ResponseWriter: w}
	start, at := time.Now(), s.now().UTC()
	fault := "aborted"
	defer func() {
		s.journal.request(request{At: at, Method: r.Method, Route: r.Pattern, Path: maskPath(r.URL.Path),
			Status: rec.status, Bytes: rec.bytes, Remote: r.RemoteAddr, Fault: fault,
			DurationMS: float64(time.Since(start).Microseconds()) / 1000})
	}()
	fault = serve(rec)
}

// maskPath leaves out what follows device: it is a token, also in paths that
// are no route, as those with doubled slashes or capitals.
func maskPath(path string) string {
	segments, secret := strings.Split(path, "/"), false
	for i, segment := range segments {
		switch {
		case strings.EqualFold(segment, "device"):
			secret = true
		case secret && segment != "":
			secret = false
			if segment != "ping" {
				segments[i] = "{token}"
			}
		}
	}
	return strings.Join(segments, "/")
}
