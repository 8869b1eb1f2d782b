package policy

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// ParseTexts reads texts by language and id, as Policy.Texts has them, from
// JSON. What is no text is named by its place.
func ParseTexts(data []byte) (map[string]map[string]string, error) {
	var root any
	if err := json.Unmarshal(data, &root); err != nil {
		return nil, err
	}
	languages, ok := root.(map[string]any)
	if !ok {
		return nil, errors.New("the whole is " + kindOf(root) + "; it must hold languages")
	}
	texts := map[string]map[string]string{}
	for _, lang := range slices.Sorted(maps.Keys(languages)) {
		byID, ok := languages[lang].(map[string]any)
		if !ok {
			return nil, fmt.Errorf("language %q is %s; it must hold texts by id", lang, kindOf(languages[lang]))
		}
		texts[lang] = map[string]string{}
		for _, id := range slices.Sorted(maps.Keys(byID)) {
			if texts[lang][id], ok = byID[id].(string); !ok {
				return nil, fmt.Errorf("text %q of language %q is %s; it must be a string", id, lang, kindOf(byID[id]))
			}
		}
	}
	return texts, nil
}

// kindOf names a value as people who write JSON or profiles know it.
func kindOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "a boolean"
	case float64:
		return "a number"
	case string:
		return "a string"
	case []any:
		return "a list"
	}
	return "a dictionary"
}
