package oldmdm

import (
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"fleetmigrate/agent/host"
)

// Config is how the old MDM behaves. The zero value answers 202 and lets the
// Mac go at once.
type Config struct {
	Status int           // of the answer; default 202
	Delay  time.Duration // between the answer and the Mac's release
	Never  bool          // it answers, and does nothing
}

// Receiver takes the webhook of a Fleet server for one Mac.
type Receiver struct {
	mac string
	cfg Config
	log zerolog.Logger

	release sync.WaitGroup
}

// New makes a receiver for the Mac that a file stands for.
func New(mac string, cfg Config, log zerolog.Logger) *Receiver {
	if cfg.Status == 0 {
		cfg.Status = http.StatusAccepted
	}
	return &Receiver{mac: mac, cfg: cfg, log: log}
}

// webhook is what Fleet sends; see Fleet's REST documentation, "MDM migration".
type webhook struct {
	Timestamp time.Time `json:"timestamp"`
	Host      struct {
		ID             uint   `json:"id"`
		UUID           string `json:"uuid"`
		HardwareSerial string `json:"hardware_serial"`
	} `json:"host"`
}

// maxBody is far more than a webhook has.
const maxBody = 64 << 10

// ServeHTTP takes one webhook, at any path.
func (m *Receiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var hook webhook
	if r.Method != http.MethodPost {
		http.Error(w, "send a POST", http.StatusMethodNotAllowed)
		return
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&hook); err != nil {
		m.log.Error().Err(err).Msg("a webhook that is no JSON")
		http.Error(w, "the body is no JSON: "+err.Error(), http.StatusBadRequest)
		return
	}
	m.log.Info().Time("timestamp", hook.Timestamp).Any("host", hook.Host).Int("answer", m.cfg.Status).Msg("webhook received")
	facts, err := host.NewFile(m.mac).Facts(r.Context())
	if err != nil || facts.HardwareSerial != hook.Host.HardwareSerial {
		http.Error(w, "this MDM does not manage that Mac", http.StatusNotFound)
		return
	}
	w.WriteHeader(m.cfg.Status)
	if m.cfg.Status < 300 && !m.cfg.Never {
		m.release.Go(m.letGo)
	}
}

// letGo unenrolls the Mac, as an MDM does with its RemoveProfile command. A Mac
// that came by automated enrollment goes on saying so, by which Fleet knows at
// once that the webhook has done its work.
func (m *Receiver) letGo() {
	if m.cfg.Delay > 0 {
		<-time.After(m.cfg.Delay)
	}
	err := Edit(m.mac, func(f *host.Facts) { f.Enrollment = host.Enrollment{ViaDEP: f.Enrollment.ViaDEP} })
	if err != nil {
		m.log.Error().Err(err).Msg("the Mac could not be let go")
		return
	}
	m.log.Info().Msg("the Mac is let go: its MDM profile is gone")
}

// Close waits for what is under way.
func (m *Receiver) Close() { m.release.Wait() }
