package bom_test

import (
	"bytes"
	"fmt"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"fleetmigrate/packaging/bom"
)

func TestSumIsThatOfTheCommandCksum(t *testing.T) {
	for text, want := range map[string]uint32{
		"":          4294967295,
		"123456789": 930766865,
		"/opt/x":    posix([]byte("/opt/x")),
	} {
		var s bom.Sum
		_, _ = s.Write([]byte(text))
		require.Equal(t, want, s.Sum32(), text)
	}
	big := bytes.Repeat([]byte("fleet \x00\xff"), 100_003)
	cmd := exec.Command("cksum")
	cmd.Stdin = bytes.NewReader(big)
	out, err := cmd.Output()
	require.NoError(t, err)
	var want uint32
	_, err = fmt.Sscan(string(out), &want)
	require.NoError(t, err)
	var s bom.Sum
	_, _ = s.Write(big)
	require.Equal(t, want, s.Sum32())
}

func TestSumDoesNotDependOnThePieces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.SliceOfN(rapid.Byte(), 0, 10_000).Draw(t, "raw")
		cut := rapid.IntRange(0, len(raw)).Draw(t, "cut")
		var s bom.Sum
		_, _ = s.Write(raw[:cut])
		_ = s.Sum32() // asking early changes nothing
		_, _ = s.Write(raw[cut:])
		require.Equal(t, posix(raw), s.Sum32())
	})
}

// posix is the definition, bit by bit.
func posix(raw []byte) uint32 {
	for n := len(raw); n > 0; n >>= 8 {
		raw = append(raw[:len(raw):len(raw)], byte(n))
	}
	var crc uint32
	for _, b := range raw {
		crc ^= uint32(b) << 24
		for range 8 {
			if crc&(1<<31) != 0 {
				crc = crc<<1 ^ 0x04c11db7
			} else {
				crc <<= 1
			}
		}
	}
	return ^crc
}

func BenchmarkSum(b *testing.B) {
	raw := make([]byte, 1<<20)
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		var s bom.Sum
		_, _ = s.Write(raw)
	}
}
