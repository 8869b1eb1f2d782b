package standin

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
)

// secretLike is what must never stand in an argument list.
var secretLike = regexp.MustCompile(`(?i)(/device/|enroll_secret|node_key|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})`)

// secretName is what a variable must not be called: any text can show it.
var secretName = regexp.MustCompile(`(?i)(token|secret|passw|_key|fleet)`)

// parseArgs reads the arguments: whole tokens, the next token is the value.
// noWindow is what 3.x does when a bare flag stands before one with a value.
func parseArgs(args []string, version string) (flags map[string]string, noWindow bool, err error) {
	flags = map[string]string{}
	bareSeen := false
	for i := 0; i < len(args); i++ {
		name, err := flagName(args[i], version)
		if err != nil {
			return nil, false, err
		}
		if _, again := flags[name]; again {
			return nil, false, fmt.Errorf("flag --%s stands twice; the second would be dropped", name)
		}
		if bareFlags[name] {
			flags[name], bareSeen = "", true
			continue
		}
		if i++; i == len(args) {
			return nil, false, fmt.Errorf("flag --%s has no value", name)
		}
		if err := checkValue(name, args[i]); err != nil {
			return nil, false, err
		}
		flags[name] = args[i]
		noWindow = noWindow || bareSeen && !older(version, "3")
	}
	return flags, noWindow, nil
}

func flagName(token, version string) (string, error) {
	name, long := strings.CutPrefix(token, "--")
	switch {
	case strings.TrimSpace(token) == "":
		return "", errors.New("an empty argument: 3.x never opens its window")
	case token == "-":
		return "", errors.New(`the argument "-" switches every flag without a short name on`)
	case !long:
		return "", fmt.Errorf("a stray argument %q", token)
	case strings.Contains(name, "="):
		return "", fmt.Errorf("%q: there is no --name=value", token)
	}
	return name, checkFlag(name, version)
}

func checkValue(name, value string) error {
	switch {
	case strings.TrimSpace(value) == "":
		return fmt.Errorf("flag --%s has an empty value", name)
	case strings.HasPrefix(value, "-"):
		return fmt.Errorf("the value of --%s begins with a dash and would be dropped", name)
	case strings.HasSuffix(strings.ToLower(value), ".md"):
		return fmt.Errorf("the value of --%s ends in .md and would be loaded as a file", name)
	case secretLike.MatchString(value):
		return fmt.Errorf("the value of --%s looks like a secret; every user can read it", name)
	case name == "commandfile" && strings.ContainsAny(value, " \t"):
		return errors.New("the command file's path has a space: it is not watched before macOS 14")
	case name == "jsonstring" && strings.Contains(value, "\n"):
		return errors.New("--jsonstring takes one line only")
	case spoken[name]:
		return fmt.Errorf("the text of --%s stands in the argument list", name)
	}
	return nil
}

// checkEnvironment looks at names only: what a variable holds is nobody's here.
func checkEnvironment(names []string) error {
	for _, name := range names {
		if secretName.MatchString(name) {
			return fmt.Errorf("the environment holds %s, and {%s} in any text shows it", name, name)
		}
	}
	return nil
}

func environmentNames() []string {
	var names []string
	for _, v := range os.Environ() {
		name, _, _ := strings.Cut(v, "=")
		names = append(names, name)
	}
	return names
}
