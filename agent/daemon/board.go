package daemon

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/rs/zerolog"
)

// Board is the daemon's status, which all actors write on.
type Board struct {
	path string
	log  zerolog.Logger

	mu      sync.Mutex
	status  Status
	written []byte // what the file holds, apart from its time
	failed  bool
}

// NewBoard gives the board of a process that starts now.
func NewBoard(varDir, version string, log zerolog.Logger) *Board {
	return &Board{path: filepath.Join(varDir, "status.json"), log: log,
		status: Status{Version: version, PID: os.Getpid(), StartedAt: time.Now().UTC()}}
}

// Set changes the status, and writes the file if anything is different now.
func (b *Board) Set(change func(*Status)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	change(&b.status)
	b.status.At = time.Time{}
	data, err := json.Marshal(b.status)
	if err == nil && bytes.Equal(data, b.written) {
		return
	}
	b.status.At = time.Now().UTC()
	if err == nil {
		err = save(b.path, b.status, modePublic)
	}
	if err != nil {
		if !b.failed {
			b.log.Error().Err(err).Msg("the status can't be written; the daemon goes on")
		}
		data = nil
	}
	b.failed, b.written = err != nil, data
}

// note changes the status; the next Set writes it.
func (b *Board) note(change func(*Status)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	change(&b.status)
}

// answer notes what came of a call.
func (b *Board) answer(call string, err error) {
	text := "ok"
	if err != nil {
		text = err.Error()
	}
	b.note(func(s *Status) {
		if s.Server.Answers == nil {
			s.Server.Answers = map[string]Answer{}
		}
		s.Server.Answers[call] = Answer{time.Now().UTC(), text}
	})
}
