package verify

import "fmt"

// What is kept in memory of a package is its lists of paths. Nothing a package
// claims may make them larger than this, which is beyond all but Xcode's.
const (
	maxPath  = 4096
	maxPaths = 500_000
	maxNames = 64 << 20 // bytes of all paths of one list together
)

// nameBudget counts the paths that are kept.
type nameBudget struct{ paths, bytes int }

func (b *nameBudget) take(name string) error {
	b.paths++
	b.bytes += len(name)
	if b.spent() {
		return fmt.Errorf("more than %d paths or %d bytes of names, which is more than is read here", maxPaths, maxNames)
	}
	return nil
}

func (b *nameBudget) spent() bool { return b.paths > maxPaths || b.bytes > maxNames }
