package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/urfave/cli/v3"
)

func hostList(ctx context.Context, cmd *cli.Command) error {
	if err := noArguments(cmd); err != nil {
		return err
	}
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
