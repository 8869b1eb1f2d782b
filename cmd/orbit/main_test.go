package main

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// The programs that tests may run: orbit as it is, as somebody who is not root,
// and on a disk that is full after 8 KiB; and peak, which watches another.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"orbit":           main,
		"orbit-as-nobody": asNobody,
		"orbit-disk-full": diskFull,
		"peak":            peak,
	})
}

const nobody = 65534

// quickEnd takes away the second that a race-checked program waits at its end,
// for each of a few hundred commands.
const quickEnd = "atexit_sleep_ms=10"

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

// peak runs a command and prints the most memory it held, in MiB. It is a
// process of its own since Linux counts a parent's peak as its child's.
func peak() {
	cmd := exec.Command(os.Args[1], os.Args[2:]...)
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	if err := cmd.Run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	most := int64(usage.Maxrss)
	if runtime.GOOS == "darwin" {
		most >>= 10 // counted in bytes there
	}
	fmt.Println(most >> 10)
}
