package spec

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Write prints settings, given as a JSON object, as one document of the apply
// form: Read makes the same settings of it, whatever texts they hold.
func Write(settings []byte) ([]byte, error) {
	dec := json.NewDecoder(bytes.NewReader(settings))
	dec.UseNumber() // digits stay as they are
	var members map[string]any
	if err := dec.Decode(&members); err != nil {
		return nil, fmt.Errorf("reading the settings: %w", err)
	}
	var out bytes.Buffer
	out.WriteString("---\napiVersion: v1\nkind: config\nspec:")
	write(&out, members, "  ")
	return out.Bytes(), nil
}

// write prints what follows a key or a dash, up to the end of its last line.
func write(out *bytes.Buffer, v any, indent string) {
	switch v := v.(type) {
	case map[string]any:
		if len(v) == 0 {
			out.WriteString(" {}\n")
			return
		}
		out.WriteByte('\n')
		for _, key := range slices.Sorted(maps.Keys(v)) {
			out.WriteString(indent + scalar(key) + ":")
			write(out, v[key], indent+"  ")
		}
	case []any:
		if len(v) == 0 {
			out.WriteString(" []\n")
			return
		}
		out.WriteByte('\n')
		for _, item := range v {
			out.WriteString(indent + "-")
			write(out, item, indent+"  ")
		}
	default:
		out.WriteString(" " + scalar(v) + "\n")
	}
}

// bare is what no reader of YAML takes for anything but text. The words that
// some of them take for true, false or nothing are left out in scalar.
var bare = regexp.MustCompile(`^[A-Za-z/]([A-Za-z0-9 _./@?=&%+~:-]*[A-Za-z0-9_./@?=&%+~-])?$`)

var words = []string{"true", "false", "yes", "no", "on", "off", "y", "n", "null"}

func scalar(v any) string {
	text, ok := v.(string)
	switch {
	case v == nil:
		return "null"
	case !ok:
		return fmt.Sprint(v)
	case bare.MatchString(text) && !strings.Contains(text, ": ") && !slices.Contains(words, strings.ToLower(text)):
		return text
	}
	return strconv.Quote(text) // whose escapes are YAML's too
}
