package daemon

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"

	"github.com/google/uuid"
	"github.com/rs/zerolog"

	"fleetmigrate/agent/host"
	"fleetmigrate/agent/options"
)

// fleetdToken is where Fleet's own agent puts the device token.
const fleetdToken = "/opt/orbit/identifier"

// Mirror hands the token of Fleet's own agent to the desktop, where that agent
// is on this Mac: two tokens for one host would drive each other out. The
// desktop finds it where it always does.
type Mirror struct {
	Config Latest[options.Config]
	Seen   Latest[Observed]

	files userFiles
	token *sharedToken
	board *Board
	log   zerolog.Logger

	// Owned by Run.
	cfg   *options.Config // nil: not told yet
	seen  Observed
	heard heard
}

// NewMirror wires a mirror.
func NewMirror(varDir string, board *Board, log zerolog.Logger) *Mirror {
	return &Mirror{Config: NewLatest[options.Config](), Seen: NewLatest[Observed](), files: newUserFiles(varDir), token: &sharedToken{}, heard: heard{}, board: board, log: log}
}

// Token is the token of Fleet's own agent; "" where this daemon has its own.
func (m *Mirror) Token() string { return m.token.read() }

// Run copies until ctx ends; then it returns nil.
func (m *Mirror) Run(ctx context.Context) error {
	var changes <-chan string
	for {
		select {
		case <-ctx.Done():
			return nil
		case c := <-m.Config:
			if m.cfg == nil {
				changes = host.WatchFiles(ctx, c.OnHost(fleetdToken))
			}
			m.cfg = &c
		case m.seen = <-m.Seen:
		case _, ok := <-changes:
			if !ok {
				return nil
			}
		}
		m.copy()
	}
}

func (m *Mirror) copy() {
	uid := m.seen.Facts.ConsoleUser.UID
	if m.cfg == nil || !m.seen.Known || !companion(*m.cfg, m.seen) {
		m.token.set("")
		return
	}
	token, err := readFleetdToken(m.cfg.OnHost(fleetdToken))
	m.token.set(token)
	others := m.files.only(uid)
	if err == nil && uid != 0 && !m.files.holds(uid, token) {
		err = m.files.put(uid, token)
	}
	m.report(uid, errors.Join(err, others))
}

func (m *Mirror) report(uid int, err error) {
	text := ""
	if err != nil {
		text = err.Error()
	}
	if m.heard.news("token", err) && err != nil {
		m.log.Error().Err(err).Msg("handing the token of Fleet's own agent to the desktop")
	}
	m.board.Set(func(s *Status) { s.Token = TokenStatus{UID: uid, Trouble: text} })
}

// readFleetdToken believes only what root wrote, and what looks like a token.
func readFleetdToken(path string) (string, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK|syscall.O_NOFOLLOW, 0)
	if err != nil {
		return "", fmt.Errorf("reading the token of Fleet's own agent: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() || !owns(info, 0) {
		return "", fmt.Errorf("reading the token of Fleet's own agent: %s is not a file of root's", path)
	}
	data, err := io.ReadAll(io.LimitReader(f, maxUserFile))
	if err != nil {
		return "", fmt.Errorf("reading the token of Fleet's own agent: %w", err)
	}
	token := strings.TrimSpace(string(data))
	if uuid.Validate(token) != nil {
		return "", fmt.Errorf("reading the token of Fleet's own agent: %s holds none", path)
	}
	return token, nil
}
