package policy

import (
	"net/url"
	"slices"
	"strings"
)

// IsFleet reports that a URL (of an MDM server, or of a configuration) is of
// this Fleet. Hosts are compared only, and not their case: deployments differ
// in path and port, and some have a host of their own for MDM, which IT names.
func (p Policy) IsFleet(rawURL string) bool {
	here := HostOf(rawURL)
	fleet := append([]string{HostOf(p.FleetURL)}, p.MDMHosts...)
	return here != "" && slices.ContainsFunc(fleet, func(h string) bool { return strings.EqualFold(h, here) })
}

// HostOf is the host of a URL, without its port; "" where there is none.
func HostOf(rawURL string) string {
	u, err := url.Parse(rawURL)
	if err != nil {
		return ""
	}
	return u.Hostname()
}
