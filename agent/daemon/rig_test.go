package daemon_test

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/require"

	"fleetmigrate/agent/daemon"
	"fleetmigrate/agent/host"
	"fleetmigrate/agent/options"
	"fleetmigrate/agent/policy"
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

// someMac answers for the rest of a Mac.
type someMac struct {
	mu         sync.Mutex
	enrollment host.Enrollment
	err        error
	renewed    []time.Time
	renewErr   error
}

func (m *someMac) Enrollment(context.Context) (host.Enrollment, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.enrollment, m.err
}

func (m *someMac) Vitals(context.Context) host.Vitals {
	return host.Vitals{Build: "24F74", HostName: "Jos-Mac.local", Memory: "17179869184", PhysicalCPUs: "8", LogicalCPUs: "8", CPU: "Apple M1 Pro"}
}

func (m *someMac) EnrollmentProfile(context.Context) (string, error) {
	return "com.example.profile", nil
}

func (m *someMac) RenewEnrollment(context.Context, int) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.renewed = append(m.renewed, time.Now())
	return m.renewErr
}

var oldMDM = host.Enrollment{Enrolled: true, ViaDEP: true, ServerURL: "https://old.example.com/mdm"}

// me is a user id that this test may give files to.
func me() int {
	if uid := os.Getuid(); uid != 0 {
		return uid
	}
	return 501
}

func seen(change ...func(*daemon.Observed)) daemon.Observed {
	o := daemon.Observed{Known: true, Facts: host.Facts{
		OSVersion: "15.1", HardwareUUID: "UUID-1", HardwareSerial: "C02X", HardwareModel: "Mac15,3", ComputerName: "Jo's Mac",
		Enrollment: oldMDM, ConsoleUser: host.ConsoleUser{Name: "jo", UID: me()},
		ADE: host.ADE{Assigned: true, ConfigurationWebURL: "https://fleet.example.com/mdm/apple/enroll"},
	}}
	for _, c := range change {
		c(&o)
	}
	return o
}

// rig is a link, or another actor, with what is around it.
type rig struct {
	t     *testing.T
	dir   string // var
	fleet *fleet
	mac   *someMac
	log   *bytes.Buffer
	logMu sync.Mutex
	conf  options.Config
}

func newRig(t *testing.T) *rig {
	r := &rig{t: t, dir: filepath.Join(t.TempDir(), "root", "var"), fleet: &fleet{secret: "secret-1"}, mac: &someMac{enrollment: oldMDM}, log: &bytes.Buffer{}}
	r.conf = options.Config{RootDir: filepath.Dir(r.dir), EnrollSecret: "secret-1", Companion: "auto", Vitals: "auto", VitalsInterval: policy.Duration(5 * time.Minute),
		RemoveAfter: policy.Duration(24 * time.Hour), Policy: policy.Policy{FleetURL: "https://fleet.example.com"}}
	require.NoError(t, daemon.Prepare(r.dir))
	return r
}

func (r *rig) Write(p []byte) (int, error) {
	r.logMu.Lock()
	defer r.logMu.Unlock()
	return r.log.Write(p)
}

// set changes what others look at.
func (r *rig) set(change func()) {
	r.fleet.mu.Lock()
	defer r.fleet.mu.Unlock()
	r.mac.mu.Lock()
	defer r.mac.mu.Unlock()
	change()
}

func (r *rig) logger() zerolog.Logger { return zerolog.New(r) }

func (r *rig) board() *daemon.Board { return daemon.NewBoard(r.dir, "test", r.logger()) }

func (r *rig) status() daemon.Status {
	s, err := daemon.LoadStatus(r.dir)
	require.NoError(r.t, err)
	return s
}

// link starts a link, as a new process would, and stops it with the test or stop.
func (r *rig) link(o daemon.Observed) (l *daemon.Link, stop func()) {
	dial := func(_ options.Config, token func() (string, error)) (daemon.Server, error) {
		return daemon.Server{Orbit: r.fleet, Queries: r.fleet, Device: device{r.fleet, token}}, nil
	}
	l = daemon.NewLink(r.dir, dial, r.mac, func() string { return "" }, r.board(), r.logger())
	l.Config.Put(r.conf)
	l.Seen.Put(o)
	return l, r.start(l.Run)
}

func (r *rig) start(run func(context.Context) error) (stop func()) {
	ctx, cancel := context.WithCancel(r.t.Context())
	done := make(chan error, 1)
	go func() { done <- run(ctx) }()
	stopped := false
	stop = func() {
		if !stopped {
			stopped = true
			cancel()
			require.NoError(r.t, <-done)
		}
	}
	r.t.Cleanup(stop)
	synctest.Wait()
	return stop
}

// file is the token that the desktop of a user reads.
func (r *rig) file(uid int) string {
	data, err := os.ReadFile(filepath.Join(r.dir, "users", strconv.Itoa(uid), "identifier"))
	if err != nil {
		return ""
	}
	return string(data)
}
