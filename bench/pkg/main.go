// Command pkg measures `orbit package` side by side with what packages were
// made with before: find | cpio -o --format odc | gzip, on the same tree, on the
// same machine, in the same run, taking turns. `make bench-pkg` runs it.
//
// The trees are made of what is at hand and like the real thing: this module's
// programs for macOS, then the Go toolchain's programs and sources.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"
)

func main() {
	repeats := flag.Int("repeats", 3, "times that each is run; the middle one counts")
	flag.Parse()
	if err := run(context.Background(), *repeats); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, repeats int) error {
	dir, err := os.MkdirTemp("", "bench-pkg-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	fmt.Printf("building; %d cores, %s\n", runtime.NumCPU(), runtime.Version())
	b := &bench{dir: dir, orbit: filepath.Join(dir, "orbit")}
	if err := b.build(ctx); err != nil {
		return err
	}
	fmt.Printf("%-7s  %-22s  %-22s  %-9s  %-12s  %-7s  %-11s  %s\n", "payload", "find | cpio | gzip", "orbit package", "packing", "faster (idle)", "size", "peak memory", "cached: making it / whole command / SHA-256 alone")
	for _, size := range []int64{40e6, 200e6} {
		if err := b.measure(ctx, size, repeats); err != nil {
			return err
		}
	}
	fmt.Println("goals: at least 5.0x, at most +2.0 %, at most 64 MiB, cached at most 30 ms or, for more than 50 MB, little more than the SHA-256 alone")
	return nil
}

// times are one side's runs.
type times []time.Duration

func (t times) middle() time.Duration {
	sorted := slices.Sorted(slices.Values(t))
	return sorted[len(sorted)/2]
}

// side is one side's measurements.
type side struct {
	wall, cpu times
	size      int64
}

func (s side) String() string {
	return fmt.Sprintf("%5.2f s, CPU %5.2f s", s.wall.middle().Seconds(), s.cpu.middle().Seconds())
}

// row prints what was measured for one tree. On a machine with other work the
// time on the wall says little; what the time on the CPU comes to on all cores
// of an idle one is in brackets.
func row(bytes int64, peer, ours side, cached, whole, hash times, peak int64) {
	seconds := ours.wall.middle().Seconds()
	idle := peer.cpu.middle().Seconds() / (ours.cpu.middle().Seconds() / float64(min(runtime.NumCPU(), maxWorkers)))
	fmt.Printf("%-7s  %-22s  %-22s  %4.0f MB/s  %4.1fx (%.1fx)  %+5.1f %%  %4.0f MiB      %d ms / %d ms / %d ms\n",
		fmt.Sprintf("%.0f MB", float64(bytes)/1e6), peer, ours, float64(bytes)/1e6/seconds,
		peer.wall.middle().Seconds()/seconds, idle, 100*(float64(ours.size)/float64(peer.size)-1), float64(peak)/(1<<20),
		cached.middle().Milliseconds(), whole.middle().Milliseconds(), hash.middle().Milliseconds())
}

// maxWorkers is how many cores the packer uses at most.
const maxWorkers = 8
