package verify_test

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
)

const (
	x86, arm = 0x01000007, 0x0100000c
	codeSize = 0x2100 // two pages and a bit
)

// thin is a little executable image; signed gives it an ad-hoc signature like
// the one Go's linker makes.
func thin(cpu uint32, signed bool) []byte {
	le := binary.LittleEndian
	const signatureSize = 512
	commands := le.AppendUint32(nil, 0x19)
	commands = le.AppendUint32(commands, 72)
	commands = append(commands, "__TEXT\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"...)
	for _, value := range []uint64{1 << 32, 1 << 20, 0, codeSize} { // address, size, file offset, file size
		commands = le.AppendUint64(commands, value)
	}
	commands = append(commands, make([]byte, 72-len(commands))...)
	count := uint32(1)
	if signed {
		count++
		for _, value := range []uint32{0x1d, 16, codeSize, signatureSize} {
			commands = le.AppendUint32(commands, value)
		}
	}
	var out []byte
	for _, value := range []uint32{0xfeedfacf, cpu, 0, 2, count, uint32(len(commands)), 0, 0} {
		out = le.AppendUint32(out, value)
	}
	out = append(out, commands...)
	for len(out) < codeSize {
		out = append(out, byte(len(out)*7))
	}
	if signed {
		blob := adhoc(out)
		out = append(out, append(blob, make([]byte, signatureSize-len(blob))...)...)
	}
	return out
}

// adhoc is a signature of one CodeDirectory over 4 KiB pages.
func adhoc(code []byte) []byte {
	be := binary.BigEndian
	pages := slices.Collect(slices.Chunk(code, 4096))
	const ident = "com.example\x00"
	identAt := 88
	hashAt := identAt + len(ident)
	length := hashAt + 32*len(pages)
	var d []byte
	for _, value := range []uint32{0xfade0c02, uint32(length), 0x20400, 0x20002, uint32(hashAt), uint32(identAt), 0, uint32(len(pages)), uint32(len(code))} {
		d = be.AppendUint32(d, value)
	}
	d = append(d, 32, 2, 0, 12)
	d = append(d, make([]byte, identAt-len(d))...)
	d = append(d, ident...)
	for _, page := range pages {
		sum := sha256.Sum256(page)
		d = append(d, sum[:]...)
	}
	var out []byte
	for _, value := range []uint32{0xfade0cc0, uint32(20 + len(d)), 1, 0, 20} {
		out = be.AppendUint32(out, value)
	}
	return append(out, d...)
}

func universal() []byte { return fat(thin(x86, false), thin(arm, true)) }

// fatAt says that the first slice begins elsewhere.
func fatAt(offset uint32) []byte {
	out := universal()
	binary.BigEndian.PutUint32(out[16:], offset)
	return out
}

// fat joins an Intel and an ARM image as lipo does.
func fat(intel, apple []byte) []byte {
	be := binary.BigEndian
	const intelAt = 4096
	appleAt := (intelAt + len(intel) + 16383) &^ 16383
	var out []byte
	for _, value := range []uint32{0xcafebabe, 2, x86, 0, intelAt, uint32(len(intel)), 12, arm, 0, uint32(appleAt), uint32(len(apple)), 14} {
		out = be.AppendUint32(out, value)
	}
	out = append(out, make([]byte, intelAt-len(out))...)
	out = append(out, intel...)
	out = append(out, make([]byte, appleAt-len(out))...)
	return append(out, apple...)
}
