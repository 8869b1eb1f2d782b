// Package macho reads what a package must know of a Mac program, and joins
// programs for one architecture each into a universal one.
//
// The slices stay byte for byte what the linker made: macOS kills a program
// for arm64 whose bytes changed after it was signed, and the linker signs.
// The package knows nothing of signatures, nor of packages.
package macho

import (
	"debug/macho"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// Arch is a processor architecture as Go names it.
type Arch string

// The architectures of Macs.
const (
	AMD64 Arch = "amd64"
	ARM64 Arch = "arm64"
)

// Apple gives Apple's name, which a Distribution's hostArchitectures has.
func (a Arch) Apple() string {
	if a == AMD64 {
		return "x86_64"
	}
	return string(a)
}

var archs = map[macho.Cpu]Arch{macho.CpuAmd64: AMD64, macho.CpuArm64: ARM64}

// Program is a program on disk, checked to be one.
type Program struct {
	File   string
	Size   int64
	Archs  []Arch
	slices []slice
}

type slice struct {
	arch         Arch
	cpu, subtype uint32
	program      *Program
}

// Open reads the headers of a program for macOS, thin or universal. The error
// says what the file is instead.
func Open(file string) (*Program, error) {
	info, err := os.Stat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("reading program: %s does not exist; give the path of a program for macOS", file)
	case err != nil:
		return nil, fmt.Errorf("reading program: %w", err)
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("reading program: %s is not a file; give the path of a program for macOS", file)
	}
	p := &Program{File: file, Size: info.Size()}
	if err := p.read(); err != nil {
		return nil, fmt.Errorf("reading program %s: %w", file, err)
	}
	return p, nil
}

func (p *Program) read() error {
	fat, err := macho.OpenFat(p.File)
	if err == nil {
		defer fat.Close()
		for _, arch := range fat.Arches {
			if err := p.add(arch.FileHeader); err != nil {
				return err
			}
		}
		return nil
	}
	if errors.Is(err, fs.ErrPermission) {
		return err
	}
	thin, err := macho.Open(p.File)
	if errors.Is(err, fs.ErrPermission) {
		return err
	}
	if err != nil {
		return errors.New("not a Mach-O program; build it with GOOS=darwin")
	}
	defer thin.Close()
	return p.add(thin.FileHeader)
}

func (p *Program) add(h macho.FileHeader) error {
	arch, known := archs[h.Cpu]
	switch {
	case !known:
		return fmt.Errorf("it is for %v, which no Mac that this package is for has", h.Cpu)
	case h.Type != macho.TypeExec:
		return fmt.Errorf("it is a Mach-O %v and not a program", h.Type)
	}
	p.Archs = append(p.Archs, arch)
	p.slices = append(p.slices, slice{arch, uint32(h.Cpu), h.SubCpu, p})
	return nil
}

// names lists architectures for people.
func names(archs []Arch) string {
	var out []string
	for _, a := range archs {
		out = append(out, a.Apple())
	}
	return strings.Join(out, " and ")
}
