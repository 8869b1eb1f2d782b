package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

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

func callHost(ctx context.Context, cmd *cli.Command, method, suffix string, body []byte) (hostView, error) {
	if cmd.Args().Len() != 1 {
		return hostView{}, fmt.Errorf("host %s takes one argument, the serial; got %d", cmd.Name, cmd.Args().Len())
	}
	name := cmd.Args().First()
	if strings.TrimSpace(name) == "" || strings.Contains(name, "/") {
		return hostView{}, fmt.Errorf("host %s takes a serial, UUID or number; got %q", cmd.Name, name)
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
