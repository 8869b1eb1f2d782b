package appconfig

import (
	"bytes"
	"encoding/json"
)

// maxDepth bounds how deep a section that is kept as it comes may nest. Go's
// decoder takes 10,000, which the state file around the settings would exceed,
// and which indenting makes 200 MB of.
const maxDepth = 1000

func tooDeep(body []byte) bool {
	dec, depth := json.NewDecoder(bytes.NewReader(body)), 0
	for depth <= maxDepth {
		token, err := dec.Token()
		if err != nil {
			return false // the end, or what is no JSON, which is refused as such
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
	}
	return true
}
