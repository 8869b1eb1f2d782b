//go:build !linux

package daemon

import "testing"

// asUser needs Linux; on other systems run the tests once more by hand.
func asUser(*testing.T, string) {}
