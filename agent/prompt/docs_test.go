package prompt

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestTheManualKnowsEverything holds docs/dialogs.md to the code.
func TestTheManualKnowsEverything(t *testing.T) {
	data, err := os.ReadFile("../../docs/dialogs.md")
	require.NoError(t, err)
	manual := string(data)
	for _, v := range Variants {
		require.Contains(t, manual, "`"+string(v)+"`")
	}
	for _, r := range rules {
		require.Contains(t, manual, "`"+r.name+"`")
	}
	for _, picture := range strings.Split(manual, "](pictures/")[1:] {
		name, _, _ := strings.Cut(picture, ")")
		require.FileExists(t, "../../docs/pictures/"+name)
	}
}
