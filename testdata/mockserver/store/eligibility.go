package store

import (
	"fmt"
	"strconv"
	"strings"
)

// NameFleet is the MDM name of a host that is enrolled in Fleet.
const NameFleet = "Fleet"

// ADEEligible reports whether the host may migrate by automatic enrollment:
// reported, enrolled somewhere but not in Fleet, and waiting for Fleet in ABM.
func (h *Host) ADEEligible() bool {
	return h.MDM != nil && h.OsqueryHostID != "" && h.DEPAssigned() && h.profileAssigned() &&
		h.MDM.Enrolled && !h.inFleet()
}

// ManualEligible reports whether the host may migrate by a profile that the
// person installs. The error is about an os_version that can't be read; it makes
// the device's whole request fail, as on Fleet.
func (h *Host) ManualEligible() (bool, error) {
	recent, err := aboveSonoma(h.OSVersion)
	if err != nil {
		return false, err
	}
	return recent && h.OsqueryHostID != "" && !h.DEPAssigned() && h.MDM != nil && !h.MDM.InstalledFromDEP &&
		!h.profileAssigned() && h.MDM.Enrolled && !h.inFleet(), nil
}

// Eligible reports whether either path is open.
func (h *Host) Eligible() (bool, error) {
	manual, err := h.ManualEligible()
	return manual || h.ADEEligible(), err
}

// ShouldRenew reports whether the host is in no MDM while Fleet waits for it in ABM.
func (h *Host) ShouldRenew() bool {
	return h.MDM != nil && !h.MDM.Enrolled && h.DEPAssigned()
}

// profileAssigned looks only at assignments that still exist.
func (h *Host) profileAssigned() bool {
	return h.DEPAssigned() && h.DEP.ProfileStatus == ProfileSuccess
}

func (h *Host) connected() bool {
	return h.Fleet.Enabled && h.Fleet.Type == "Device" && h.MDM != nil && h.MDM.Enrolled
}

func (h *Host) inFleet() bool { return h.connected() && h.MDM.Name == NameFleet }

// aboveSonoma reports whether os_version is macOS strictly after 14.0.0. Other
// systems are not; "macOS" with an unreadable version is an error.
func aboveSonoma(osVersion string) (bool, error) {
	words := strings.Fields(osVersion)
	if len(words) < 2 || words[0] != "macOS" {
		return false, nil
	}
	core, _, _ := strings.Cut(words[1], "+")
	core, _, _ = strings.Cut(core, "-") // a pre-release of 14.0.0 is below it, any other of 14 is above
	var numbers [3]uint64
	parts := strings.Split(core, ".")
	if len(parts) > len(numbers) {
		return false, fmt.Errorf("parsing macOS version %q: more than three numbers", words[1])
	}
	for i, part := range parts {
		n, err := strconv.ParseUint(part, 10, 64)
		if err != nil {
			return false, fmt.Errorf("parsing macOS version %q: want numbers and dots, as in 15.1", words[1])
		}
		numbers[i] = n
	}
	later := numbers[1] > 0 || numbers[2] > 0
	return numbers[0] > 14 || (numbers[0] == 14 && later), nil
}
