package main

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// The stories of the admin's tool run the real program, on a Mac without
// anything. Those with a server and a Mac of stand-ins are in testdata/e2e.
func TestTool(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/tool", Setup: func(e *testscript.Env) error {
		e.Setenv("ORBIT_ROOT_DIR", e.WorkDir+"/orbit")
		e.Setenv("ORBIT_HOST_ROOT", e.WorkDir+"/mac")
		e.Setenv("ORBIT_LOG_FILE", e.WorkDir+"/log/orbit.log")
		e.Setenv("TZ", "UTC")
		e.Setenv("GORACE", quickEnd)
		return os.MkdirAll(e.WorkDir+"/orbit/var", 0o755)
	}})
}
