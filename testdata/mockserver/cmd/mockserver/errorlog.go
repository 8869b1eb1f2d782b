package main

import (
	"encoding/json"
	"io"
	"log"
	"strings"
	"time"
)

// errorLog takes what net/http says of connections, such as a client that does
// not trust the CA: as a line like the others of the request log, or as text
// where there is none.
func errorLog(out io.Writer, asJSON bool) *log.Logger {
	if asJSON {
		return log.New(events{out}, "", 0)
	}
	return log.New(out, "mockserver: ", 0)
}

type events struct{ out io.Writer }

func (e events) Write(text []byte) (int, error) {
	line, err := json.Marshal(map[string]any{"at": time.Now().UTC(), "event": "connection",
		"details": map[string]string{"error": strings.TrimSpace(string(text))}})
	if err != nil {
		return 0, err
	}
	_, err = e.out.Write(append(line, '\n'))
	return len(text), err
}
