package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/urfave/cli/v3"
)

// hostVerbs are what an admin, Apple or the clock does to a host.
var hostVerbs = []struct{ name, action, usage string }{
	{"assign", "assign", "assign the serial to Fleet in Apple Business Manager, with its profile pushed"},
	{"unassign", "unassign", "take the assignment back"},
	{"unenroll", "unenroll", "the Mac leaves its MDM"},
	{"enroll", "enroll", "the Mac enrolls in Fleet"},
	{"expire-token", "expire_token", "the device token runs out"},
	{"refetch", "refetch", "ask for all vitals again"},
}

// profileStatuses are what Apple may say to an enrollment profile.
var profileStatuses = []string{"SUCCESS", "FAILED", "THROTTLED", "NOT_ACCESSIBLE"}

func hostCommand() *cli.Command {
	host := &cli.Command{Name: "host", Usage: "look at hosts, and do to them what Apple or an admin would"}
	for _, v := range hostVerbs {
		flags := clientFlags()
		if v.name == "assign" {
			flags = clientFlags(&cli.StringFlag{Name: "profile-status", Value: "SUCCESS", Usage: "what Apple said to the enrollment profile: SUCCESS, FAILED, THROTTLED or NOT_ACCESSIBLE"})
		}
		host.Commands = append(host.Commands, &cli.Command{Name: v.name, Usage: v.usage, ArgsUsage: "SERIAL", Flags: flags, Action: hostAction(v.action)})
	}
	host.Commands = append(host.Commands,
		&cli.Command{Name: "get", Usage: "why the host is or is not prompted", ArgsUsage: "SERIAL", Flags: clientFlags(), Action: hostGet},
		&cli.Command{Name: "list", Usage: "all hosts", Flags: clientFlags(), Action: hostList})
	return host
}

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

func hostAction(action string) cli.ActionFunc {
	return func(ctx context.Context, cmd *cli.Command) error {
		options := map[string]string{}
		if status := cmd.String("profile-status"); status != "" {
			if !slices.Contains(profileStatuses, status) {
				return fmt.Errorf("--profile-status is %q: it must be SUCCESS, FAILED, THROTTLED or NOT_ACCESSIBLE", status)
			}
			options["profile_status"] = status
		}
		body, err := json.Marshal(options)
		if err != nil {
			return fmt.Errorf("encoding the request: %w", err)
		}
		h, err := callHost(ctx, cmd, "POST", "/"+action, body)
		if err != nil {
			return err
		}
		prompted := "not prompted"
		if h.Migration.Prompted {
			prompted = "prompted, " + h.Migration.Path
		}
		_, err = fmt.Fprintf(cmd.Root().Writer, "%s: MDM %s; assigned to Fleet in ABM: %s; %s\n", h.Serial, h.mdm(), yes(h.Assigned), prompted)
		return err
	}
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

func callHost(ctx context.Context, cmd *cli.Command, method, suffix string, body []byte) (hostView, error) {
	if cmd.Args().Len() != 1 {
		return hostView{}, fmt.Errorf("host %s takes one argument, the serial; got %d", cmd.Name, cmd.Args().Len())
	}
	name := cmd.Args().First()
	if strings.TrimSpace(name) == "" {
		return hostView{}, fmt.Errorf("host %s takes a serial, UUID or number; got an empty one", cmd.Name)
	}
	c, err := newClient(cmd)
	if err != nil {
		return hostView{}, err
	}
	raw, err := c.call(ctx, method, "/api/latest/fleet/hosts/"+url.PathEscape(name)+suffix, body)
	if err != nil {
		return hostView{}, err
	}
	var answer struct{ Host hostView }
	if err := json.Unmarshal(raw, &answer); err != nil {
		return hostView{}, fmt.Errorf("reading the answer: %w", err)
	}
	return answer.Host, nil
}

func hostList(ctx context.Context, cmd *cli.Command) error {
	c, err := newClient(cmd)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(cmd.Root().Writer, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ID\tSERIAL\tNAME\tMACOS\tMDM\tIN ABM\tPROMPTED")
	for page := 0; ; page++ {
		more, err := listPage(ctx, c, page, table)
		if err != nil {
			return err
		}
		if !more {
			return table.Flush()
		}
	}
}

func listPage(ctx context.Context, c *client, page int, out io.Writer) (more bool, err error) {
	raw, err := c.call(ctx, "GET", fmt.Sprintf("/api/latest/fleet/hosts?per_page=500&page=%d", page), nil)
	if err != nil {
		return false, err
	}
	var answer struct {
		Hosts []hostView
		Meta  struct {
			More bool `json:"has_next_results"`
		}
	}
	if err := json.Unmarshal(raw, &answer); err != nil {
		return false, fmt.Errorf("reading the answer: %w", err)
	}
	for _, h := range answer.Hosts {
		fmt.Fprintf(out, "%d\t%s\t%s\t%s\t%s\t%s\t%s\n", h.ID, h.Serial, h.DisplayName, h.OSVersion, h.mdm(), yes(h.Assigned), yes(h.Needs))
	}
	return answer.Meta.More, nil
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
