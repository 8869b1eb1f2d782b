package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"howett.net/plist"

	"fleetmigrate/agent/atomicfile"
	"fleetmigrate/agent/policy"
)

// maxTexts is more than texts in ten languages have.
const maxTexts = 1 << 20

// readTexts reads texts by language and id: from JSON, or from the first key
// Texts of a property list, however deep a profile has it.
func readTexts(file string) (texts map[string]map[string]string, err error) {
	data, err := atomicfile.Read(file, maxTexts)
	switch {
	case err != nil:
		return nil, fmt.Errorf("reading texts: %w", err)
	case bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")):
		texts, err = policy.ParseTexts(data)
	default:
		texts, err = textsOfPlist(data)
	}
	if err != nil {
		return nil, fmt.Errorf(`reading texts: %s: %w; it must be like {"en":{"start":"Begin"}}, or a profile with the key Texts`, file, err)
	}
	return texts, nil
}

// textsOfPlist keeps a parser that panics on garbage from ending the program.
func textsOfPlist(data []byte) (texts map[string]map[string]string, err error) {
	defer func() {
		if recover() != nil {
			texts, err = nil, errors.New("it is no property list")
		}
	}()
	var root any
	if _, err := plist.Unmarshal(data, &root); err != nil {
		return nil, errors.New("it is neither JSON nor a property list (a signed profile has to be checked before it is signed)")
	}
	found, ok := findTexts(root)
	if !ok {
		return nil, errors.New("it has no key Texts")
	}
	again, err := json.Marshal(found)
	if err != nil {
		return nil, errors.New("its key Texts holds something else than texts")
	}
	return policy.ParseTexts(again)
}

func findTexts(v any) (any, bool) {
	switch v := v.(type) {
	case map[string]any:
		if texts, ok := v["Texts"]; ok {
			return texts, true
		}
		for _, inner := range v {
			if texts, ok := findTexts(inner); ok {
				return texts, true
			}
		}
	case []any:
		for _, inner := range v {
			if texts, ok := findTexts(inner); ok {
				return texts, true
			}
		}
	}
	return nil, false
}
