package main

import (
	"context"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// child is a command of the person's own desktop. It inherits nothing that this
// process was told, and what it leaves running in its place holds nothing up.
func child(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "FLEET_DESKTOP_") })
	cmd.WaitDelay = time.Second // then the pipes are given up
	return cmd
}
