package mockserver

import (
	"net/http"
	"sync/atomic"

	"fleetmigrate/testdata/mockserver/appconfig"
	"fleetmigrate/testdata/mockserver/store"
	"fleetmigrate/testdata/mockserver/wire"
)

// desktopSummary is what the tray polls. Flags that are false are left away;
// the switch and the webhook are never shown to a device; mode is whatever is stored.
type desktopSummary struct {
	FailingPoliciesCount *uint                `json:"failing_policies_count,omitempty"`
	SelfService          bool                 `json:"self_service"`
	Notifications        desktopNotifications `json:"notifications"`
	Config               desktopConfig        `json:"config"`
	AlternativeBrowser   string               `json:"alternative_browser_host"`
}

type desktopNotifications struct {
	NeedsMDMMigration      bool `json:"needs_mdm_migration,omitempty"`
	RenewEnrollmentProfile bool `json:"renew_enrollment_profile,omitempty"`
}

type desktopConfig struct {
	OrgInfo appconfig.OrgInfo `json:"org_info"`
	MDM     struct {
		MacOSMigration struct {
			Mode string `json:"mode"`
		} `json:"macos_migration"`
	} `json:"mdm"`
}

func (s *Server) deviceSummary(w http.ResponseWriter, _ *http.Request, host store.Ref) error {
	if !s.premium() {
		return wire.License()
	}
	cfg := s.store.Config()
	now := s.now()
	var key summaryKey
	var err error
	host.Look(func(h *store.Host) {
		key, err = s.summaryOf(cfg, h)
		status := http.StatusOK
		if err != nil {
			status = http.StatusInternalServerError
		}
		h.SeenAt = now
		h.LastSummary = store.Summary{At: now, Status: status,
			NeedsMDMMigration: key.needs, RenewEnrollmentProfile: key.renew}
	})
	if err != nil {
		return err
	}
	body, err := s.summary.body(cfg, key)
	if err != nil {
		return err
	}
	wire.Raw(w, http.StatusOK, body)
	return nil
}

// summaryKey is all that makes one host's summary differ from another's.
type summaryKey struct {
	needs, renew bool
	failing      uint
	failingKnown bool
}

func (s *Server) summaryOf(cfg appconfig.Config, h *store.Host) (summaryKey, error) {
	var key summaryKey
	if h.FailingPolicies != nil {
		key.failing, key.failingKnown = *h.FailingPolicies, true
	}
	if s.cfg.MDMOff || !cfg.MDM.MacOSMigration.Enable {
		return key, nil
	}
	eligible, err := h.Eligible()
	if err != nil {
		return key, err
	}
	key.needs, key.renew = eligible, h.ShouldRenew()
	return key, nil
}

func encodeSummary(cfg appconfig.Config, key summaryKey) ([]byte, error) {
	sum := desktopSummary{SelfService: true}
	if key.failingKnown {
		sum.FailingPoliciesCount = &key.failing
	}
	sum.Notifications = desktopNotifications{NeedsMDMMigration: key.needs, RenewEnrollmentProfile: key.renew}
	sum.Config.OrgInfo = cfg.OrgInfo.Absolute(cfg.ServerSettings.ServerURL)
	sum.Config.MDM.MacOSMigration.Mode = cfg.MDM.MacOSMigration.Mode
	sum.AlternativeBrowser = cfg.FleetDesktop.AlternativeBrowserHost
	return wire.Encode(sum)
}

// summaryCache keeps the few bodies that a fleet of hosts gets under one
// configuration: encoding would cost more than the rest of a poll.
type summaryCache struct{ current atomic.Pointer[summaryBodies] }

type summaryBodies struct {
	config summaryConfig
	bodies map[summaryKey][]byte // never written after it was published
}

// summaryConfig is all of the settings that a summary shows.
type summaryConfig struct {
	orgInfo            appconfig.OrgInfo
	serverURL          string
	mode               string
	alternativeBrowser string
}

// maxSummaryBodies bounds the cache: failing_policies_count is any number.
const maxSummaryBodies = 1024

func (c *summaryCache) body(cfg appconfig.Config, key summaryKey) ([]byte, error) {
	shown := summaryConfig{cfg.OrgInfo, cfg.ServerSettings.ServerURL, cfg.MDM.MacOSMigration.Mode, cfg.FleetDesktop.AlternativeBrowserHost}
	known := c.current.Load()
	if known != nil && known.config == shown {
		if body, ok := known.bodies[key]; ok {
			return body, nil
		}
	}
	body, err := encodeSummary(cfg, key)
	if err != nil {
		return nil, err
	}
	next := &summaryBodies{config: shown, bodies: map[summaryKey][]byte{key: body}}
	if known != nil && known.config == shown && len(known.bodies) < maxSummaryBodies {
		for k, b := range known.bodies {
			next.bodies[k] = b
		}
	}
	c.current.Store(next) // a lost race costs one more encoding
	return body, nil
}
