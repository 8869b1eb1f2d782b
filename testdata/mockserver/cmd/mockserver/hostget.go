package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/urfave/cli/v3"
)

// hostView is the part of a host's JSON that is printed.
type hostView struct {
	ID          int    `json:"id"`
	Serial      string `json:"hardware_serial"`
	DisplayName string `json:"display_name"`
	OSVersion   string `json:"os_version"`
	MDM         struct {
		Status *string `json:"enrollment_status"`
		Name   *string `json:"name"`
	} `json:"mdm"`
	Assigned  bool `json:"dep_assigned_to_fleet"`
	Needs     bool `json:"needs_mdm_migration"`
	Migration struct {
		Prompted   bool   `json:"prompted"`
		Path       string `json:"path"`
		Error      string `json:"error"`
		Conditions []struct {
			Group, Label, Detail string
			OK                   bool
		} `json:"conditions"`
	} `json:"migration"`
}

func (h hostView) mdm() string {
	if h.MDM.Status == nil {
		return "never reported"
	}
	if h.MDM.Name == nil || *h.MDM.Name == "" {
		return *h.MDM.Status
	}
	return *h.MDM.Status + ", " + *h.MDM.Name
}

func hostGet(ctx context.Context, cmd *cli.Command) error {
	h, err := callHost(ctx, cmd, "GET", "", nil)
	if err != nil {
		return err
	}
	out := cmd.Root().Writer
	fmt.Fprintln(out, h.heading())
	if h.Migration.Error != "" {
		fmt.Fprintln(out, "error:", h.Migration.Error)
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, c := range h.Migration.Conditions {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", yes(c.OK), c.Group, c.Label, c.Detail)
	}
	fmt.Fprintf(table, "%s\t\tPrompted\t%s\n", yes(h.Migration.Prompted), h.Migration.Path)
	return table.Flush()
}

// heading is what is known of the host, without what is not.
func (h hostView) heading() string {
	known := []string{h.Serial}
	if h.DisplayName != h.Serial {
		known = append(known, h.DisplayName)
	}
	if h.OSVersion != "" {
		known = append(known, h.OSVersion)
	}
	return strings.Join(append(known, "MDM "+h.mdm()), ", ")
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
