// Package profile writes what IT gives its MDM beside the package:
// configuration profiles (.mobileconfig) and preference manifests, the forms
// that Jamf, ProfileCreator and iMazing draw for an app's options.
//
// It knows the formats and nothing of the options: those come in as [Setting]
// values, made from the one table that the agent resolves its configuration
// from, so that a form cannot offer what the agent does not know. The same
// settings give the same bytes: identifiers of profiles are made from their
// contents.
package profile

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"howett.net/plist"
)

// Kind is what a value is and how it is written as text.
type Kind string

// The kinds and the property list types they become.
const (
	Text     Kind = "text"     // string
	Boolean  Kind = "boolean"  // true, false
	Integer  Kind = "integer"  // integer
	Duration Kind = "duration" // string like 15m
	Time     Kind = "time"     // date, from RFC 3339
	Choice   Kind = "choice"   // one string of Choices
	List     Kind = "list"     // array of strings, from text with commas
	Texts    Kind = "texts"    // dict of language to dict of text id to string, from JSON
)

// Setting is one option as a profile can set it.
type Setting struct {
	Domain, Key      string
	Kind             Kind
	Choices          []string
	Title, Help      string
	Default, Example string // as text; empty is none
	Secret           bool
}

// Value is a setting with what it is set to, as text.
type Value struct {
	Setting
	Text string
}

// typed gives a text in the type that a property list has for it.
func (s Setting) typed(text string) (any, error) {
	switch s.Kind {
	case Boolean:
		return strconv.ParseBool(text)
	case Integer:
		return strconv.Atoi(text)
	case Time:
		return time.Parse(time.RFC3339, text)
	case List:
		var list []string
		for item := range strings.SplitSeq(text, ",") {
			if item = strings.TrimSpace(item); item != "" {
				list = append(list, item)
			}
		}
		return list, nil
	case Texts:
		var texts map[string]map[string]string
		err := json.Unmarshal([]byte(text), &texts)
		return texts, err
	}
	return text, nil
}

// dict is a property list's dictionary; it is written with its keys sorted.
type dict map[string]any

// payload is one part of a profile.
type payload struct {
	kind, name string
	keys       dict
}

// identifier is where all profiles' identifiers begin.
const identifier = "com.fleetmigrate"

// profile puts payloads together. part names it within the identifier.
func profile(part, name, description string, payloads []payload) ([]byte, error) {
	id := identifier + "." + part
	var content []dict
	for i, p := range payloads {
		keys := dict{
			"PayloadType": p.kind, "PayloadVersion": 1, "PayloadDisplayName": p.name,
			"PayloadIdentifier": fmt.Sprintf("%s.%d", id, i+1),
		}
		for key, value := range p.keys {
			keys[key] = value
		}
		if err := name5(keys); err != nil {
			return nil, err
		}
		content = append(content, keys)
	}
	whole := dict{
		"PayloadType": "Configuration", "PayloadVersion": 1, "PayloadScope": "System",
		"PayloadIdentifier": id, "PayloadDisplayName": name, "PayloadDescription": description,
		"PayloadContent": content,
	}
	if err := name5(whole); err != nil {
		return nil, err
	}
	return encode(whole)
}

// name5 gives a payload the UUID (version 5) of its contents: MDM replaces a
// profile whose UUID changed, and leaves one alone that is the same.
func name5(keys dict) error {
	raw, err := encode(keys)
	keys["PayloadUUID"] = strings.ToUpper(uuid.NewSHA1(uuid.NameSpaceOID, raw).String())
	return err
}

func encode(value any) ([]byte, error) {
	raw, err := plist.MarshalIndent(value, plist.XMLFormat, "\t")
	if err != nil {
		return nil, fmt.Errorf("writing property list: %w", err)
	}
	return append(raw, '\n'), nil
}
