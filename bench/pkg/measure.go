package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"time"
)

// measure packs one tree both ways, in turns.
func (b *bench) measure(ctx context.Context, size int64, repeats int) error {
	app, err := b.app(size)
	if err != nil {
		return err
	}
	pkg := filepath.Join(b.dir, "out.pkg")
	first, err := b.pack(ctx, app, pkg, "--no-cache")
	if err != nil {
		return err
	}
	tree, err := b.unpack(ctx, pkg)
	if err != nil {
		return err
	}
	var peer, ours, cached, whole, hash, peerCPU, oursCPU times
	var peerSize int64
	peak := first.peak
	for range repeats {
		took, cpu, err := b.pipeline(ctx, tree)
		if err != nil {
			return err
		}
		peer, peerCPU, peerSize = append(peer, took), append(peerCPU, cpu), length(filepath.Join(b.dir, "payload.gz"))
		made, err := b.pack(ctx, app, pkg, "--no-cache")
		if err != nil {
			return err
		}
		ours, oursCPU, peak = append(ours, made.wall), append(oursCPU, made.cpu), max(peak, made.peak)
	}
	cache := filepath.Join(b.dir, "cache")
	for i := range repeats + 1 {
		// Under a name of its own, as a package for each server has.
		name := fmt.Sprintf("%s.%d.pkg", pkg, i)
		made, err := b.pack(ctx, app, name, "--cache", cache, "--fleet-url", fmt.Sprintf("https://%d.example.com", i))
		if err != nil {
			return err
		}
		took, err := hashing(name)
		if err != nil {
			return err
		}
		if i > 0 { // the first fills the cache
			cached, whole, hash = append(cached, time.Duration(made.TookMS)*time.Millisecond), append(whole, made.wall), append(hash, took)
		}
		if i > 0 && !made.Cached {
			return fmt.Errorf("packing again did not use the cache")
		}
	}
	row(first.Installed, side{peer, peerCPU, peerSize}, side{ours, oursCPU, first.Payload}, cached, whole, hash, peak)
	return nil
}

// hashing is how long the SHA-256 of a file in memory takes. The summary names
// the package's, so that making one can't be faster.
func hashing(name string) (time.Duration, error) {
	file, err := os.Open(name)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	began := time.Now()
	_, err = io.Copy(sha256.New(), file)
	return time.Since(began), err
}

// packed is what one run of orbit package says, and what it took.
type packed struct {
	Payload   int64 `json:"payload_bytes"`
	Installed int64 `json:"installed_bytes"`
	TookMS    int64 `json:"took_ms"`
	Cached    bool  `json:"from_cache"`

	wall, cpu time.Duration
	peak      int64
}

func (b *bench) pack(ctx context.Context, app, pkg string, more ...string) (packed, error) {
	args := append([]string{
		"package", "--orbit", b.mac("orbit", "arm64"), "--orbit", b.mac("orbit", "amd64"), "--desktop-app", "none",
		"--swiftdialog", app, "--profiles", "none", "--json", "-o", pkg,
	}, more...)
	began := time.Now()
	cmd := exec.CommandContext(ctx, b.orbit, args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	p := packed{wall: time.Since(began)}
	if err != nil {
		return p, fmt.Errorf("running orbit package: %w", err)
	}
	p.peak, p.cpu = peakMemory(cmd.ProcessState), cpuTime(cmd.ProcessState)
	return p, json.Unmarshal(out, &p)
}

// peakMemory is the largest resident set; Linux counts it in KiB, macOS in bytes.
func peakMemory(state *os.ProcessState) int64 {
	usage, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	if runtime.GOOS == "linux" {
		return int64(usage.Maxrss) << 10
	}
	return int64(usage.Maxrss)
}

// cpuTime is a process's, with the children it waited for.
func cpuTime(state *os.ProcessState) time.Duration { return state.UserTime() + state.SystemTime() }

// unpack puts the Payload's tree on disk, for the other side to pack.
func (b *bench) unpack(ctx context.Context, pkg string) (string, error) {
	tree := filepath.Join(b.dir, "tree")
	if err := os.RemoveAll(tree); err != nil {
		return "", err
	}
	if err := os.Mkdir(tree, 0o755); err != nil {
		return "", err
	}
	cmd := command(ctx, "bash", "-euo", "pipefail", "-c", `bsdtar -xOf "$1" agent.pkg/Payload | gunzip | (cd "$2" && cpio -id --quiet)`, "bash", pkg, tree)
	return tree, cmd.Run()
}

func (b *bench) pipeline(ctx context.Context, tree string) (wall, cpu time.Duration, err error) {
	began := time.Now()
	cmd := command(ctx, "bash", "-euo", "pipefail", "-c", `cd "$1" && find . | cpio -o --quiet --format odc | gzip >"$2"`, "bash", tree, filepath.Join(b.dir, "payload.gz"))
	if err := cmd.Run(); err != nil {
		return 0, 0, fmt.Errorf("running find, cpio and gzip: %w", err)
	}
	return time.Since(began), cpuTime(cmd.ProcessState), nil
}
