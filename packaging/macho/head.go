package macho

import (
	"debug/macho"
	"encoding/binary"
)

const (
	fatMagic64   = 0xcafebabf
	fatEntry64   = 32
	thinMagic    = 0xcffaedfe // 64 bits, little-endian, as it reads big-endian
	fatTableAt   = 8
	maxFatSlices = 44 // a Java class has 45 or more there, and the same magic
)

// Archs gives the architectures of Macs that a program is for, from its first
// bytes; HeadSize of them are enough. There are none for what is no program.
func Archs(head []byte) []Arch {
	if len(head) < fatTableAt {
		return nil
	}
	switch magic := binary.BigEndian.Uint32(head); magic {
	case thinMagic:
		return known(nil, binary.LittleEndian.Uint32(head[4:]))
	case fatMagic:
		return fatArchs(head, fatEntry)
	case fatMagic64:
		return fatArchs(head, fatEntry64)
	}
	return nil
}

// HeadSize is more than the largest table of architectures.
const HeadSize = 2048

func fatArchs(head []byte, entry int) (out []Arch) {
	count := int64(binary.BigEndian.Uint32(head[4:]))
	table := head[fatTableAt:]
	if count > maxFatSlices || count*int64(entry) > int64(len(table)) {
		return nil
	}
	for i := range int(count) {
		out = known(out, binary.BigEndian.Uint32(table[i*entry:]))
	}
	return out
}

func known(out []Arch, cpu uint32) []Arch {
	if arch, ok := archs[macho.Cpu(cpu)]; ok {
		return append(out, arch)
	}
	return out
}
