package options

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"fleetmigrate/agent/policy"
)

// Check says what is wrong with a value, without quoting a secret.
func (o Option) Check(text string) error { return o.apply(&Config{}, text) }

// apply checks the text and puts it into the configuration, or changes nothing.
func (o Option) apply(c *Config, text string) error {
	if o.check != nil {
		if err := o.check(text); err != nil {
			return o.complain(text, err)
		}
	}
	if o.Kind == Choice && !slices.Contains(o.Choices, text) {
		return o.complain(text, fmt.Errorf("it must be one of: %s", strings.Join(o.Choices, ", ")))
	}
	if err := assign(o.field(c), text); err != nil {
		return o.complain(text, err)
	}
	return nil
}

func (o Option) complain(text string, err error) error {
	if o.Secret {
		return fmt.Errorf("%s: %w", o.Name, err)
	}
	return fmt.Errorf("%s is %q: %w", o.Name, quotable(text), err)
}

const maxQuoted = 200

// quotable is a value as a log and a status that everybody reads may have it:
// without what stands for a person or their word in a URL, and not for ever.
func quotable(text string) string {
	if scheme, rest, isURL := strings.Cut(text, "://"); isURL {
		if i := strings.LastIndex(rest, "@"); i >= 0 {
			rest = "***" + rest[i:]
		}
		if before, _, asks := strings.Cut(rest, "?"); asks {
			rest = before + "?***"
		}
		text = scheme + "://" + rest
	}
	if len(text) > maxQuoted {
		text = strings.ToValidUTF8(text[:maxQuoted], "") + "…"
	}
	return text
}

// assign reads the text by the type of the field.
func assign(field any, text string) error {
	switch f := field.(type) {
	case *string:
		*f = text
	case *bool:
		v, err := strconv.ParseBool(text)
		if err != nil {
			return errors.New("it must be true or false")
		}
		*f = v
	case *int:
		v, err := strconv.Atoi(text)
		if err != nil {
			return errors.New("it must be a whole number")
		}
		*f = v
	case *policy.Duration:
		v, err := time.ParseDuration(text)
		if err != nil {
			return errors.New("it must be a duration, like 90s, 15m or 2h")
		}
		*f = policy.Duration(v)
	case *time.Time:
		v, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return errors.New("it must be a time, like 2027-03-01T17:00:00Z")
		}
		*f = v
	case *[]string:
		*f = split(text)
	case *map[string]map[string]string:
		v, err := policy.ParseTexts([]byte(text))
		if err != nil {
			return fmt.Errorf(`%w; write texts by language and id, like {"en":{"start":"Begin"}}`, err)
		}
		*f = v
	default:
		return fmt.Errorf("no value can be read into a %T", field)
	}
	return nil
}

func split(text string) []string {
	var list []string
	for _, s := range strings.Split(text, ",") {
		if s = strings.TrimSpace(s); s != "" {
			list = append(list, s)
		}
	}
	return list
}
