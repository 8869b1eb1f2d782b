package options

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"howett.net/plist"
)

// managedFolder is where macOS keeps what computer-level profiles say, one
// property list per domain, owned by root. A domain without profiles has no file.
const managedFolder = "/Library/Managed Preferences"

// maxPlist is far more than any profile of ours holds.
const maxPlist = 1 << 20

// ManagedFile is the path of a domain's managed preferences.
func ManagedFile(hostRoot, domain string) string {
	return filepath.Join(onHost(hostRoot, managedFolder), domain+".plist")
}

// profile is one domain's managed preferences.
type profile struct {
	path string
	keys map[string]any
	err  error // the file is there and can't be used
}

func readProfile(path string) profile {
	data, err := readOwned(path, maxPlist)
	if errors.Is(err, fs.ErrNotExist) {
		return profile{path: path}
	}
	p := profile{path: path, err: err}
	if err == nil {
		p.keys, p.err = decodePlist(data)
	}
	return p
}

// decodePlist reads both forms, XML and binary.
func decodePlist(data []byte) (keys map[string]any, err error) {
	// A parser of property lists that panics on a hostile one must not take the
	// daemon along: what profiles say comes from outside.
	defer func() {
		if recover() != nil {
			keys, err = nil, errors.New("it is not a property list")
		}
	}()
	if _, err := plist.Unmarshal(data, &keys); err != nil {
		return nil, errors.New("it is not a property list")
	}
	if keys == nil {
		keys = map[string]any{}
	}
	return keys, nil
}

// word is what the profile says of an option.
func (p profile) word(o Option) (given, bool) {
	w := given{source: FromProfile, where: fmt.Sprintf("key %s in %s", o.Key, p.path)}
	raw, ok := p.keys[o.Key]
	if !ok {
		return w, false
	}
	w.text, w.err = o.fromPlist(raw)
	return w, true
}

// fromPlist writes a profile's value as text. The kind decides which plist
// types it may have.
func (o Option) fromPlist(raw any) (string, error) {
	switch v := raw.(type) {
	case string:
		return strings.TrimSpace(v), nil
	case bool:
		if o.Kind == Boolean {
			return fmt.Sprint(v), nil
		}
	case uint64, int64:
		if o.Kind == Integer {
			return fmt.Sprint(v), nil
		}
	case time.Time:
		if o.Kind == Time {
			return v.UTC().Format(time.RFC3339), nil
		}
	case []any:
		if o.Kind == List {
			return o.joinList(v)
		}
	case map[string]any:
		if o.Kind == Texts {
			data, err := json.Marshal(v)
			return string(data), err
		}
	}
	return "", fmt.Errorf("%s is of type %s; write it as %s", o.Name, plistType(raw), asPlist[o.Kind])
}

// asPlist is how each kind is written in a profile.
var asPlist = map[Kind]string{
	Text: "<string>", Boolean: "<true/> or <false/>", Integer: "<integer>", Duration: "<string>, like 15m", Time: "<date>",
	Choice: "<string>", List: "<array> of <string>", Texts: "<dict> of language to <dict> of text id to <string>",
}

func (o Option) joinList(items []any) (string, error) {
	var list []string
	for _, item := range items {
		s, ok := item.(string)
		if !ok || strings.Contains(s, ",") {
			return "", fmt.Errorf("%s holds something else than words; write it as an <array> of <string>, without commas in them", o.Name)
		}
		list = append(list, s)
	}
	return strings.Join(list, ","), nil
}

// plistType names a value as people who write profiles know it.
func plistType(raw any) string {
	switch raw.(type) {
	case bool:
		return "boolean"
	case uint64, int64:
		return "integer"
	case float64, float32:
		return "real"
	case time.Time:
		return "date"
	case []byte:
		return "data"
	case []any:
		return "array"
	case map[string]any:
		return "dict"
	}
	return fmt.Sprintf("%T", raw)
}
