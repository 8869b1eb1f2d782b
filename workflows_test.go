package fleetmigrate_test

import (
	"os"
	"regexp"
	"strconv"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"
)

// step is one step of a workflow.
type step struct{ Uses, Run string }

// TestWorkflowsRunWhatIsHere holds the workflows, which run on other people's
// machines only, to the scripts of this repository; and what they use of others
// to one commit, since a tag can be moved.
func TestWorkflowsRunWhatIsHere(t *testing.T) {
	for name, step := range steps(t) {
		if step.Uses != "" {
			require.Regexp(t, `^[a-z-]+/[a-z-]+@[0-9a-f]{40}$`, step.Uses, name)
		}
		for _, script := range regexp.MustCompile(`\.ci/[a-z-]+`).FindAllString(step.Run, -1) {
			info, err := os.Stat(script)
			require.NoError(t, err, name)
			require.NotZero(t, info.Mode()&0o100, "%s: %s can't be run", name, script)
		}
	}
}

// steps are all steps of all workflows, by file, job and number.
func steps(t *testing.T) map[string]step {
	t.Helper()
	found := map[string]step{}
	for _, name := range files(t, ".yml") {
		var workflow struct {
			Jobs map[string]struct{ Steps []step }
		}
		require.NoError(t, yaml.Unmarshal([]byte(contents(t, name)), &workflow), name)
		for job, j := range workflow.Jobs {
			for i, s := range j.Steps {
				found[name+", "+job+", step "+strconv.Itoa(i+1)] = s
			}
		}
	}
	require.NotEmpty(t, found)
	return found
}
