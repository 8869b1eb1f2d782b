// Package macprogram makes little programs for macOS, for tests that pack,
// join or look for them: a Mach-O header, one segment, and for arm64 the ad-hoc
// signature that a linker puts there. They are sound to whoever reads Mach-O;
// nobody runs them. It must not know what packs them.
package macprogram

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
)

const (
	amd64, arm64  = 0x01000007, 0x0100000c
	headerSize    = 32
	segmentSize   = 72
	signatureLoad = 16
	codeSize      = 0x2100 // two pages and a bit
	pageSize      = 4096
	signatureRoom = 512
	// Where a slice may begin, as powers of two.
	intelAlign, armAlign = 12, 14
)

// For gives a program for "arm64" or "amd64". Programs of different marks have
// different bytes and the same length.
func For(arch string, mark byte) []byte {
	cpu, signed := uint32(amd64), arch == "arm64"
	count, commands := uint32(1), uint32(segmentSize)
	if signed {
		cpu, count, commands = arm64, 2, segmentSize+signatureLoad
	}
	const magic, executable = 0xfeedfacf, 2
	out := words(magic, cpu, 0, executable, count, commands, 0, 0)
	out = append(out, segment()...)
	if signed {
		const codeSignature = 0x1d
		out = append(out, words(codeSignature, signatureLoad, codeSize, signatureRoom)...)
	}
	for len(out) < codeSize {
		out = append(out, byte(len(out)*7)^mark)
	}
	if signed {
		blob := adhoc(out)
		out = append(out, append(blob, make([]byte, signatureRoom-len(blob))...)...)
	}
	return out
}

// Universal gives a program for both, joined as Apple's tools do.
func Universal(mark byte) []byte {
	const magic, intelAt = 0xcafebabe, 1 << intelAlign
	intel, arm := For("amd64", mark), For("arm64", mark)
	armAt := (intelAt + len(intel) + 1<<armAlign - 1) >> armAlign << armAlign
	var out []byte
	for _, v := range []uint32{magic, 2, amd64, 0, intelAt, uint32(len(intel)), intelAlign, arm64, 0, uint32(armAt), uint32(len(arm)), armAlign} {
		out = binary.BigEndian.AppendUint32(out, v)
	}
	out = append(append(out, make([]byte, intelAt-len(out))...), intel...)
	return append(append(out, make([]byte, armAt-len(out))...), arm...)
}

func words(values ...uint32) []byte {
	var out []byte
	for _, v := range values {
		out = binary.LittleEndian.AppendUint32(out, v)
	}
	return out
}

// segment is the load command that maps the code.
func segment() []byte {
	const segment64, base, memory = 0x19, 1 << 32, 1 << 20
	out := append(words(segment64, segmentSize), "__TEXT\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"...)
	for _, v := range []uint64{base, memory, 0, codeSize} {
		out = binary.LittleEndian.AppendUint64(out, v)
	}
	return append(out, make([]byte, segmentSize-len(out))...)
}

// adhoc is a signature of one CodeDirectory: a list of the pages' SHA-256.
func adhoc(code []byte) []byte {
	const (
		superBlob, codeDirectory = 0xfade0cc0, 0xfade0c02
		version, flags           = 0x20400, 0x20002 // ad hoc, made by a linker
		fixed, sumSize           = 88, sha256.Size
		identifier               = "com.example.program\x00"
		directoryAt              = 20
	)
	pages := slices.Collect(slices.Chunk(code, pageSize))
	sums := fixed + len(identifier)
	length := sums + sumSize*len(pages)
	be := binary.BigEndian
	var blob []byte
	for _, v := range []uint32{superBlob, uint32(directoryAt + length), 1, 0, directoryAt,
		codeDirectory, uint32(length), version, flags, uint32(sums), fixed, 0, uint32(len(pages)), uint32(len(code))} {
		blob = be.AppendUint32(blob, v)
	}
	const sha256Type, pageBits = 2, 12
	blob = append(blob, sumSize, sha256Type, 0, pageBits)
	blob = append(blob, make([]byte, directoryAt+fixed-len(blob))...)
	blob = append(blob, identifier...)
	for _, page := range pages {
		sum := sha256.Sum256(page)
		blob = append(blob, sum[:]...)
	}
	return blob
}
