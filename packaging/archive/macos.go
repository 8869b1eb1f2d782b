package archive

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// MinOS is a macOS version, as LSMinimumSystemVersion and a Distribution's
// os-version write it. The zero value means "not stated".
type MinOS struct{ Major, Minor, Patch int }

// ParseMinOS reads "12", "12.0" or "12.0.1".
func ParseMinOS(text string) (MinOS, error) {
	parts := strings.Split(text, ".")
	if len(parts) > 3 {
		return MinOS{}, fmt.Errorf("reading macOS version %q: more than three numbers; write it like 12.0", text)
	}
	var numbers [3]int
	for i, part := range parts {
		n, err := strconv.ParseUint(part, 10, 16)
		if err != nil {
			return MinOS{}, fmt.Errorf("reading macOS version %q: %q is not a number; write it like 12.0", text, part)
		}
		numbers[i] = int(n)
	}
	return MinOS{numbers[0], numbers[1], numbers[2]}, nil
}

// String writes two numbers, or three when the third matters.
func (v MinOS) String() string {
	if v.Patch != 0 {
		return fmt.Sprintf("%d.%d.%d", v.Major, v.Minor, v.Patch)
	}
	return fmt.Sprintf("%d.%d", v.Major, v.Minor)
}

// Compare is negative when v is older than other.
func (v MinOS) Compare(other MinOS) int {
	return cmp.Or(cmp.Compare(v.Major, other.Major), cmp.Compare(v.Minor, other.Minor), cmp.Compare(v.Patch, other.Patch))
}
