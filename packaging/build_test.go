package packaging_test

import (
	"testing"
)

func TestPackageIsSound(t *testing.T) {
	sound(t, build(t, options(t)))
}
