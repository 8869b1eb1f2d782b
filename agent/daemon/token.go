package daemon

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"time"

	"github.com/google/uuid"

	"fleetmigrate/pkg/deviceclient"
)

const (
	// The server takes a token for an hour after it was registered, and only
	// another one begins a new hour. A rotation before the end leaves no gap.
	tokenLife   = 55 * time.Minute
	tokenJitter = 5 * time.Minute
	// pendingFor is how long a token that was made and not surely registered is
	// tried again: the server may have it, and then its hour has begun.
	pendingFor = 30 * time.Minute
)

// token is one device token: a secret.
type token struct {
	Server       string    `json:"server"`
	Token        string    `json:"token"`
	UID          int       `json:"uid"`
	MadeAt       time.Time `json:"made_at"`
	RegisteredAt time.Time `json:"registered_at,omitzero"`
	RotatesAt    time.Time `json:"rotates_at,omitzero"`
}

// tokens is the device token's life: made, written down, staged beside its
// place, registered at the server, put in its place. A kill between any two of
// these is healed by the next rotation, which goes on with the pending token.
type tokens struct {
	path  string
	files userFiles
	state struct {
		Current token  `json:"current"`
		Pending *token `json:"pending,omitempty"`
	}
}

func openTokens(varDir string) (*tokens, error) {
	t := &tokens{path: filepath.Join(varDir, "private", "device-token.json"), files: newUserFiles(varDir)}
	err := load(t.path, &t.state)
	return t, err
}

// read is the token that the server has, for calls of the daemon's own.
func (t *tokens) read() (string, error) {
	if t.state.Current.Token == "" {
		return "", deviceclient.ErrNoToken
	}
	return t.state.Current.Token, nil
}

// due says why a rotation is due; "" while none is.
func (t *tokens) due(server string, uid int, now time.Time) string {
	c := t.state.Current
	switch {
	case c.Token == "" || c.RegisteredAt.IsZero():
		return "there is none yet"
	case c.Server != server:
		return "another server"
	case c.UID != uid:
		return "another person at the screen"
	case t.state.Pending != nil:
		return "the last rotation was not finished"
	case !now.Before(c.RotatesAt) || now.Before(c.RegisteredAt): // or the clock was set back
		return "its hour ends"
	}
	return ""
}

// rotate gives the person a new token. On an error the old one stands, on disk
// and, as far as anybody can know, at the server.
func (t *tokens) rotate(ctx context.Context, server string, uid int, now time.Time, register func(context.Context, string) error) error {
	next := t.next(server, uid, now)
	if err := t.files.stage(uid, next.Token); err != nil {
		return local(err)
	}
	t.state.Pending = &next
	if err := save(t.path, t.state, modeSecret); err != nil {
		return local(fmt.Errorf("noting the new device token: %w", err))
	}
	if err := register(ctx, next.Token); err != nil {
		if !serverTrouble(err) {
			t.state.Pending = nil // the server will not have this one: make another
		}
		return err
	}
	next.RegisteredAt = now
	next.RotatesAt = now.Add(tokenLife - time.Duration(rand.Float64()*float64(tokenJitter)))
	t.state.Current, t.state.Pending = next, nil
	return local(errors.Join(t.files.commit(uid), save(t.path, t.state, modeSecret)))
}

// next is the pending token where it may still be good, or else a new one.
func (t *tokens) next(server string, uid int, now time.Time) token {
	if p := t.state.Pending; p != nil && p.Server == server && p.UID == uid && now.Sub(p.MadeAt) < pendingFor && !now.Before(p.MadeAt) {
		return *p
	}
	return token{Server: server, Token: uuid.NewString(), UID: uid, MadeAt: now}
}

// refused makes the next rotation due: the server does not take the current one.
func (t *tokens) refused() { t.state.Current.RotatesAt = time.Time{} }

// place makes sure that the person at the screen has the current token, and
// nobody else has one.
func (t *tokens) place(uid int) error {
	err := t.files.only(uid)
	c := t.state.Current
	if uid == 0 || c.UID != uid || c.Token == "" || t.files.holds(uid, c.Token) {
		return err
	}
	return errors.Join(err, t.files.put(uid, c.Token))
}
