package host

import (
	"context"
	"fmt"
	"os"
	"strings"
)

// Vitals is what else a server wants to know of a Mac, beside its Facts.
type Vitals struct {
	Build        string // "24F74"
	HostName     string // "jos-mac.local"
	Memory       string // bytes
	PhysicalCPUs string
	LogicalCPUs  string
	CPU          string // "Apple M1 Pro"
}

// Vitals asks macOS. What is not answered is empty.
func (c Commands) Vitals(ctx context.Context) Vitals {
	v := Vitals{Build: c.line(ctx, "os-build"), HostName: c.line(ctx, "host-name")}
	if v.HostName != "" {
		v.HostName += ".local"
	} else {
		v.HostName, _ = os.Hostname() // "" where the kernel has none
	}
	if out, err := c.Run(ctx, "sizes"); err == nil {
		for i, line := range strings.Split(out.Stdout, "\n") {
			if fields := []*string{&v.Memory, &v.PhysicalCPUs, &v.LogicalCPUs, &v.CPU}; i < len(fields) {
				*fields[i] = strings.TrimSpace(line)
			}
		}
	}
	return v
}

// EnrollmentProfile is the identifier of the profile that enrolled this Mac;
// "" where there is none. It needs root.
func (c Commands) EnrollmentProfile(ctx context.Context) (string, error) {
	out, err := c.Run(ctx, "profiles-list")
	if err != nil {
		return "", err
	}
	return parseProfilesList([]byte(out.Stdout))
}

// parseProfilesList finds, in the property list of `profiles -C -o stdout-xml`,
// the profile that holds the MDM payload.
func parseProfilesList(out []byte) (identifier string, err error) {
	var list map[string][]struct {
		Identifier string `plist:"ProfileIdentifier"`
		Items      []struct {
			Type string `plist:"PayloadType"`
		} `plist:"ProfileItems"`
	}
	if err := readPlist(out, &list); err != nil {
		return "", fmt.Errorf("reading the list of profiles: %w", err)
	}
	for _, p := range list["_computerlevel"] {
		for _, item := range p.Items {
			if item.Type == "com.apple.mdm" {
				return p.Identifier, nil
			}
		}
	}
	return "", nil
}

// Assignment asks Apple, by way of `profiles show`, whether this Mac is
// assigned to an MDM server. It needs root, and Apple limits how often it
// answers: ask through a ledger only. said is macOS's own words, in one line.
func (c Commands) Assignment(ctx context.Context) (a Assignment, webURL, said string, err error) {
	out, err := c.Run(ctx, "profiles-show")
	if err != nil {
		return Unanswered, "", "", err
	}
	a, webURL = ParseProfilesShow(out.Stdout + "\n" + out.Stderr)
	if a == Assigned || a == NotAssigned {
		return a, webURL, string(a), nil
	}
	return a, "", lastWords(out), nil
}
