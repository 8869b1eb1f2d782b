package fault

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
)

// Chaos strikes requests at random. The same seed and the same order of
// requests give the same faults.
type Chaos struct {
	Seed   uint64   `json:"seed"`
	Rate   float64  `json:"rate"`   // 0 to 1
	Routes []string `json:"routes"` // none means *
	Kinds  []Kind   `json:"kinds"`  // none means status, reset, truncate, malformed, html
}

var defaultChaos = []Kind{Status, Reset, Truncate, Malformed, HTML}

var chaosStatuses = []int{http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusTooManyRequests}

// SetChaos starts random faults, or ends them with rate 0, which lets hanging answers go.
func (i *Injector) SetChaos(c Chaos) error {
	if !(c.Rate >= 0 && c.Rate <= 1) {
		return fmt.Errorf("rate is %v: want 0 to 1", c.Rate)
	}
	if len(c.Kinds) == 0 {
		c.Kinds = defaultChaos
	}
	for _, k := range c.Kinds {
		if !slices.Contains(defaultChaos, k) && k != Hang {
			return fmt.Errorf("kind %q can't be had at random: want status, reset, truncate, malformed, html or hang", k)
		}
	}
	if len(c.Routes) == 0 {
		c.Routes = []string{"*"}
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.chaos, i.rng = c, rand.New(rand.NewPCG(c.Seed, 0))
	if c.Rate == 0 {
		i.release()
	}
	return nil
}

// random needs the lock.
func (i *Injector) random(label string) (Fault, bool) {
	if i.chaos.Rate == 0 || !slices.ContainsFunc(i.chaos.Routes, func(p string) bool { return Matches(p, label) }) {
		return Fault{}, false
	}
	if i.rng.Float64() >= i.chaos.Rate {
		return Fault{}, false
	}
	f := Fault{Kind: i.chaos.Kinds[i.rng.IntN(len(i.chaos.Kinds))]}
	if f.Kind == Status {
		f.Status = chaosStatuses[i.rng.IntN(len(chaosStatuses))]
	}
	return f, true
}
