package main

import (
	"os"
	"os/signal"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// The programs that scripts may run: orbit as it is, as somebody who is not
// root, and on a disk that is full after 8 KiB.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"orbit":           main,
		"orbit-as-nobody": asNobody,
		"orbit-disk-full": diskFull,
	})
}

const nobody = 65534

func asNobody() {
	if os.Getuid() == 0 {
		if err := syscall.Setuid(nobody); err != nil {
			panic(err)
		}
	}
	main()
}

func diskFull() {
	signal.Ignore(syscall.SIGXFSZ) // the write fails instead
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 8 << 10, Max: 8 << 10}); err != nil {
		panic(err)
	}
	main()
}
