package profile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// JamfSchema is the JSON schema with which Jamf Pro draws a form for a domain
// (Computers, Configuration Profiles, Application & Custom Settings).
func JamfSchema(domain, title string, settings []Setting) ([]byte, error) {
	properties := map[string]any{}
	for i, s := range settings {
		property, err := s.schema()
		if err != nil {
			return nil, fmt.Errorf("writing Jamf schema: %w", err)
		}
		property["property_order"] = 10 * (i + 1)
		properties[s.Key] = property
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(map[string]any{
		"title": title + " (" + domain + ")", "description": "Options of the agent that moves Macs to Fleet.",
		"__preferencedomain": domain, "type": "object", "properties": properties,
	})
	return out.Bytes(), err
}

// schemaTypes are JSON schema's types; a date is a string there, which the
// agent reads as well.
var schemaTypes = map[Kind]string{Boolean: "boolean", Integer: "integer", List: "array", Texts: "object"}

func (s Setting) schema() (map[string]any, error) {
	kind := schemaTypes[s.Kind]
	if kind == "" {
		kind = "string"
	}
	property := map[string]any{"title": s.Title, "description": s.Help, "type": kind}
	if s.Default != "" {
		value, err := s.typed(s.Default)
		if err != nil {
			return nil, fmt.Errorf("default of %s: %w", s.Key, err)
		}
		property["default"] = value
	}
	switch {
	case s.Kind == Choice:
		property["enum"] = s.Choices
	case s.Kind == List:
		property["items"] = map[string]any{"type": "string"}
	case s.Kind == Texts:
		property["additionalProperties"] = map[string]any{"type": "object", "additionalProperties": map[string]any{"type": "string"}}
	}
	if s.Example != "" && kind == "string" {
		property["options"] = map[string]any{"inputAttributes": map[string]any{"placeholder": s.Example}}
	}
	return property, nil
}

// Manifest is the property list with which ProfileCreator and iMazing Profile
// Editor draw a form for a domain.
func Manifest(domain, title string, modified time.Time, settings []Setting) ([]byte, error) {
	subkeys := []dict{
		standard("PayloadDisplayName", "string", title),
		standard("PayloadIdentifier", "string", domain),
		standard("PayloadType", "string", domain),
		standard("PayloadUUID", "string", nil),
		standard("PayloadVersion", "integer", 1),
	}
	for _, s := range settings {
		subkey, err := s.subkey()
		if err != nil {
			return nil, fmt.Errorf("writing preference manifest: %w", err)
		}
		subkeys = append(subkeys, subkey)
	}
	return encode(dict{
		"pfm_domain": domain, "pfm_title": title, "pfm_description": "Options of the agent that moves Macs to Fleet.",
		"pfm_format_version": 1, "pfm_version": 1, "pfm_last_modified": modified.UTC(), "pfm_unique": true,
		"pfm_platforms": []string{"macOS"}, "pfm_targets": []string{"system"}, "pfm_interaction": "combined",
		"pfm_subkeys": subkeys,
	})
}

// standard is a key that every payload has.
func standard(name, kind string, value any) dict {
	d := dict{"pfm_name": name, "pfm_title": name, "pfm_type": kind, "pfm_require": "always"}
	if value != nil {
		d["pfm_default"] = value
	}
	return d
}

var manifestTypes = map[Kind]string{Boolean: "boolean", Integer: "integer", Time: "date", List: "array", Texts: "dictionary"}

func (s Setting) subkey() (dict, error) {
	kind := manifestTypes[s.Kind]
	if kind == "" {
		kind = "string"
	}
	d := dict{"pfm_name": s.Key, "pfm_title": s.Title, "pfm_description": s.Help, "pfm_type": kind}
	if s.Default != "" {
		value, err := s.typed(s.Default)
		if err != nil {
			return nil, fmt.Errorf("default of %s: %w", s.Key, err)
		}
		d["pfm_default"] = value
	}
	if s.Example != "" && kind == "string" {
		d["pfm_value_placeholder"] = s.Example
	}
	switch {
	case s.Secret:
		d["pfm_sensitive"] = true
	case s.Kind == Choice:
		d["pfm_range_list"] = s.Choices
	case s.Kind == List:
		d["pfm_subkeys"] = []dict{{"pfm_name": s.Key + "Item", "pfm_type": "string"}}
	case s.Kind == Texts:
		text := dict{"pfm_name": "{{value}}", "pfm_type": "string"}
		d["pfm_subkeys"] = []dict{{"pfm_name": "{{key}}", "pfm_type": "dictionary", "pfm_subkeys": []dict{text}}}
	}
	return d, nil
}
