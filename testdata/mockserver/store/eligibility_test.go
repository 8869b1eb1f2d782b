package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"fleetmigrate/testdata/mockserver/store"
)

// The lines that an admin reads are the rule itself: a path is open exactly
// when all its lines hold, and never both.
func TestConditionsAreTheRule(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := anyHost(t)
		ade := h.ADEEligible()
		manual, err := h.ManualEligible()
		require.NoError(t, err)
		all := map[string]bool{store.GroupADE: true, store.GroupManual: true}
		for _, c := range h.Conditions() {
			all[c.Group] = all[c.Group] && c.OK
		}
		require.Equal(t, ade, all[store.GroupADE])
		require.Equal(t, manual, all[store.GroupManual])
		require.False(t, ade && manual)
		require.False(t, (ade || manual) && h.ShouldRenew())
	})
}

func anyHost(t *rapid.T) store.Host {
	when := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	flag := rapid.Bool()
	h := store.Host{OSVersion: rapid.SampledFrom([]string{"", "macOS 13.6", "macOS 14.0", "macOS 14.0.1", "macOS 15.1", "Ubuntu 24.04"}).Draw(t, "os")}
	if flag.Draw(t, "osquery") {
		h.OsqueryHostID = "x"
	}
	if flag.Draw(t, "reported") {
		h.MDM = &store.MDM{Enrolled: flag.Draw(t, "enrolled"), InstalledFromDEP: flag.Draw(t, "from dep"), Name: rapid.SampledFrom([]string{"", "Jamf", store.NameFleet}).Draw(t, "name")}
	}
	if flag.Draw(t, "in ABM") {
		h.DEP = &store.DEP{AssignedAt: when, ProfileStatus: rapid.SampledFrom([]string{"", "FAILED", store.ProfileSuccess}).Draw(t, "profile")}
		if flag.Draw(t, "deleted") {
			h.DEP.DeletedAt = when
		}
	}
	h.Fleet = store.FleetMDM{Enabled: flag.Draw(t, "enabled"), Type: rapid.SampledFrom([]string{"", "Device", "User Enrollment (Device)"}).Draw(t, "type")}
	return h
}
