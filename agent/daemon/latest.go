package daemon

// Latest hands the newest value to one reader; older ones that nobody took are
// dropped. Any number may put.
type Latest[T any] chan T

// NewLatest makes one.
func NewLatest[T any]() Latest[T] { return make(Latest[T], 1) }

// Put never waits.
func (l Latest[T]) Put(v T) {
	for {
		select {
		case l <- v:
			return
		default:
		}
		select {
		case <-l:
		default:
		}
	}
}
