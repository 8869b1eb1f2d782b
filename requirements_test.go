package fleetmigrate_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestRequirementsAreTidy says without a network what `go mod tidy` would say
// of the direct requirements. Go looks for imports in a folder called testdata
// only where something outside imports its packages: a module that is imported
// nowhere else would be tidied away.
func TestRequirementsAreTidy(t *testing.T) {
	var mod struct {
		Require []struct {
			Path     string
			Indirect bool
		}
	}
	require.NoError(t, json.Unmarshal(output(t, nil, "mod", "edit", "-json"), &mod))
	var imports []string
	for _, env := range compilations {
		imports = append(imports, importsAsTidySees(t, env)...)
	}
	var direct, used []string
	for _, r := range mod.Require {
		if !r.Indirect {
			direct = append(direct, r.Path)
		}
		if slices.ContainsFunc(imports, func(path string) bool { return path == r.Path || strings.HasPrefix(path, r.Path+"/") }) {
			used = append(used, r.Path)
		}
	}
	require.NotEmpty(t, direct)
	require.Equal(t, direct, used, "run: go mod tidy")
}

// importsAsTidySees are those of our packages and their tests, and of what they
// import of ours.
func importsAsTidySees(t *testing.T, env []string) []string {
	t.Helper()
	var found []string
	for line := range strings.Lines(string(output(t, env, "list", "-e", "-deps", "-test", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./..."))) {
		if words := strings.Fields(line); strings.HasPrefix(line, "fleetmigrate") {
			found = append(found, words[1:]...)
		}
	}
	require.NotEmpty(t, found)
	return found
}

// output is what the go command prints.
func output(t *testing.T, env []string, args ...string) []byte {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.Output()
	require.NoError(t, err, "go %s", args)
	return out
}
