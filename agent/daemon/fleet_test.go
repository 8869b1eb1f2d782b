package daemon_test

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"sync"
	"time"

	"fleetmigrate/agent/daemon"
	"fleetmigrate/pkg/deviceclient"
)

// fleet is a Fleet server as far as the daemon sees one: keys, and a token that
// lives for an hour.
type fleet struct {
	mu     sync.Mutex
	calls  []call
	fail   func(name string) error // what a call comes to, before anything is done
	after  func(name string)       // when a call was done
	secret string

	nodeKey, osqueryKey string
	keys                int
	token               string
	tokenAt             time.Time
	tokens              int
	renew               bool
	queries             map[string]string
	interval            time.Duration // osquery's distributed_interval
	optionsErr          error
	written             []deviceclient.DistributedResults
	refetches           int
	busy                int
	overlap             bool
}

type call struct {
	name string
	at   time.Time
}

func status(code int) error { return &deviceclient.StatusError{StatusCode: code} }

// enter counts a call; one at a time is the promise.
func (f *fleet) enter(name string) (func(), error) {
	f.mu.Lock()
	f.busy++
	f.overlap = f.overlap || f.busy > 1
	f.calls = append(f.calls, call{name, time.Now()})
	fail := f.fail
	f.mu.Unlock()
	leave := func() {
		f.mu.Lock()
		f.busy--
		after := f.after
		f.mu.Unlock()
		if after != nil {
			after(name)
		}
	}
	if fail != nil {
		if err := fail(name); err != nil {
			return leave, err
		}
	}
	return leave, nil
}

func (f *fleet) Enroll(_ context.Context, r deviceclient.EnrollRequest) (string, error) {
	leave, err := f.enter("enroll")
	defer leave()
	if err != nil {
		return "", err
	}
	if r.EnrollSecret != f.secret {
		return "", status(http.StatusUnauthorized)
	}
	f.keys++
	f.nodeKey = "node-key-" + strconv.Itoa(f.keys)
	return f.nodeKey, nil
}

func (f *fleet) known(key string) error {
	if key == "" || key != f.nodeKey {
		return status(http.StatusUnauthorized)
	}
	return nil
}

func (f *fleet) Config(_ context.Context, key string) (*deviceclient.OrbitConfig, error) {
	leave, err := f.enter("config")
	defer leave()
	if err == nil {
		err = f.known(key)
	}
	if err != nil {
		return nil, err
	}
	return &deviceclient.OrbitConfig{Notifications: deviceclient.Notifications{RenewEnrollmentProfile: f.renew}}, nil
}

func (f *fleet) SetDeviceToken(_ context.Context, key, token string) error {
	leave, err := f.enter("token")
	defer leave()
	if err == nil {
		err = f.known(key)
	}
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if token != f.token { // the same again does not begin a new hour
		f.token, f.tokenAt = token, time.Now()
		f.tokens++
	}
	return nil
}

// accepts is what a device endpoint says of a token.
func (f *fleet) accepts(token string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return token != "" && token == f.token && time.Since(f.tokenAt) < time.Hour
}

func (f *fleet) OsqueryEnroll(_ context.Context, r deviceclient.OsqueryEnrollRequest) (string, error) {
	leave, err := f.enter("osquery enroll")
	defer leave()
	if err != nil {
		return "", err
	}
	if r.EnrollSecret != f.secret {
		return "", status(http.StatusUnauthorized)
	}
	f.keys++
	f.osqueryKey = "osquery-key-" + strconv.Itoa(f.keys)
	return f.osqueryKey, nil
}

func (f *fleet) DistributedRead(_ context.Context, key string) (*deviceclient.DistributedQueries, error) {
	leave, err := f.enter("read")
	defer leave()
	if err == nil && key != f.osqueryKey {
		err = deviceclient.ErrNodeInvalid
	}
	if err != nil {
		return nil, err
	}
	return &deviceclient.DistributedQueries{Queries: f.queries}, nil
}

func (f *fleet) OsqueryConfig(_ context.Context, key string) (*deviceclient.OsqueryOptions, error) {
	leave, err := f.enter("options")
	defer leave()
	if err == nil && key != f.osqueryKey {
		err = deviceclient.ErrNodeInvalid
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if err = errors.Join(err, f.optionsErr); err != nil {
		return nil, err
	}
	return &deviceclient.OsqueryOptions{DistributedInterval: f.interval}, nil
}

func (f *fleet) DistributedWrite(_ context.Context, _ string, r deviceclient.DistributedResults) error {
	leave, err := f.enter("write")
	defer leave()
	if err == nil {
		f.written = append(f.written, r)
		f.queries = nil
	}
	return err
}

// device is the server by token.
type device struct {
	*fleet
	token func() (string, error)
}

func (d device) CheckToken(context.Context) error {
	leave, err := d.enter("check")
	defer leave()
	if err != nil {
		return err
	}
	token, err := d.token()
	if err != nil {
		return err
	}
	if !d.accepts(token) {
		return status(http.StatusUnauthorized)
	}
	return nil
}

func (d device) Refetch(context.Context) error {
	leave, err := d.enter("refetch")
	defer leave()
	if err == nil {
		d.refetches++
	}
	return err
}

func (f *fleet) count(name string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, c := range f.calls {
		if c.name == name || name == "" {
			n++
		}
	}
	return n
}

// server is all of it, for a client whose device token is token.
func (f *fleet) server(token func() (string, error)) daemon.Server {
	return daemon.Server{Orbit: f, Queries: f, QueryOptions: f, Device: device{f, token}}
}
