package policy

import (
	"encoding/json"
	"errors"
	"fmt"

	"fleetmigrate/agent/atomicfile"
)

// maxSize is more than any policy with texts in ten languages has.
const maxSize = 1 << 20

// Load reads the document, if root or this user owns it. A missing one is
// fs.ErrNotExist; a bad value names its key.
func Load(path string) (Policy, error) {
	var p Policy
	data, err := atomicfile.ReadOwned(path, maxSize)
	if err != nil {
		return p, fmt.Errorf("reading policy: %w", err)
	}
	if err := json.Unmarshal(data, &p); err != nil {
		return Policy{}, fmt.Errorf("reading policy %s: %w", path, explain(err))
	}
	return p, nil
}

func explain(err error) error {
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		return fmt.Errorf("key %q: a %s can't be a %s", kind.Field, kind.Value, kind.Type)
	}
	return err
}

// Save writes the document, readable by everybody: it holds no secret.
func Save(path string, p Policy) error {
	data, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding policy: %w", err)
	}
	return atomicfile.Write(path, append(data, '\n'), 0o644)
}
