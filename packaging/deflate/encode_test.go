package deflate

import (
	"bytes"
	"compress/flate"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// inflated reads a piece back, after the window it may refer to.
func inflated(t *testing.T, window, packed []byte) []byte {
	t.Helper()
	got, err := io.ReadAll(flate.NewReaderDict(bytes.NewReader(packed), window))
	require.NoError(t, err)
	return got
}

func TestEncodeOddPieces(t *testing.T) {
	random := make([]byte, 200_000)
	for i, r := 0, rand.New(rand.NewPCG(3, 4)); i < len(random); i++ {
		random[i] = byte(r.Uint32())
	}
	far := append(append([]byte("begin at the far end"), random[:maxOffset-20]...), "begin at the far end"...)
	var e encoder
	for name, c := range map[string]struct {
		window, raw []byte
		most        int // bytes; 0: not said
	}{
		"nothing":                     {nil, nil, 10},
		"one byte":                    {nil, []byte("x"), 20},
		"three bytes":                 {nil, []byte("abc"), 20},
		"zeros":                       {nil, make([]byte, 1<<20), 1200},
		"noise is stored":             {nil, random, len(random) + 40},
		"longest match":               {nil, bytes.Repeat([]byte("a"), 259+3), 60},
		"all lengths":                 {nil, lengths(), 0},
		"only in the window":          {random[:windowSize], random[:windowSize], 800},
		"at the farthest offset":      {nil, far, 0},
		"a window of a few bytes":     {[]byte("abcd"), []byte("abcdabcdabcd"), 40},
		"text, then noise, then text": {nil, slicesOf("plain words of a text ", random), 0},
	} {
		packed := e.encode(nil, c.window, c.raw, true)
		require.True(t, bytes.Equal(c.raw, inflated(t, c.window, packed)), name)
		if c.most > 0 {
			require.LessOrEqual(t, len(packed), c.most, name)
		}
		require.Equal(t, packed, e.encode(nil, c.window, c.raw, true), "%s: what came before does not matter", name)
	}
}

// lengths holds matches of every length from 3 to 258.
func lengths() []byte {
	var out bytes.Buffer
	r := rand.New(rand.NewPCG(5, 6))
	for n := 3; n <= 258; n++ {
		part := make([]byte, n)
		for i := range part {
			part[i] = byte(r.Uint32())
		}
		out.Write(part)
		out.WriteByte(byte(n))
		out.Write(part)
	}
	return out.Bytes()
}

func slicesOf(text string, noise []byte) []byte {
	long := strings.Repeat(text, 5000)
	return append(append([]byte(long), noise...), long...)
}

// Numbers of Fibonacci make the deepest trees: their codes must be cut to what
// the format allows, and still be a complete code.
func TestHuffmanKeepsToItsLimit(t *testing.T) {
	for _, limit := range []int{maxTableCode, maxCode} {
		need := make([]uint32, 19)
		a, b := uint32(1), uint32(1)
		for i := range need {
			need[i] = a
			a, b = b, a+b
		}
		codes := make([]code, len(need))
		huffman(codes, need, limit)
		room := 0
		for _, c := range codes {
			require.LessOrEqual(t, int(c.length), limit)
			room += 1 << (limit - int(c.length))
		}
		require.Equal(t, 1<<limit, room)
		require.Less(t, codes[18].length, codes[0].length)
	}
}

func TestHuffmanGivesAtLeastTwoCodes(t *testing.T) {
	for _, need := range [][]uint32{{0, 0, 0}, {0, 5, 0}, {7, 0, 0}} {
		codes := make([]code, 3)
		huffman(codes, need, maxCode)
		given := 0
		for _, c := range codes {
			given += int(c.length)
		}
		require.Equal(t, 2, given)
	}
}

// The alphabets' ranges, from the tables of RFC 1951, 3.2.5.
func TestSymbols(t *testing.T) {
	for length, want := range map[uint32]uint32{3: 257, 10: 264, 11: 265, 12: 265, 13: 266, 18: 268, 19: 269, 114: 279, 115: 281 - 1, 130: 280, 131: 281, 257: 284, 258: 285} {
		require.Equal(t, want, firstLength+uint32(lengthSymbol[length-3]), "length %d", length)
	}
	for offset, want := range map[uint32]uint32{1: 0, 4: 3, 5: 4, 6: 4, 7: 5, 8: 5, 9: 6, 13: 7, 256: 15, 257: 16, 512: 17, 513: 18, 24576: 28, 24577: 29, 32768: 29} {
		require.Equal(t, want, offsetSymbol(offset-1), "offset %d", offset)
	}
}

func FuzzEncode(f *testing.F) {
	f.Add([]byte(""), []byte("abcabcabc"), true)
	f.Add([]byte("window"), bytes.Repeat([]byte{0}, 70_000), false)
	var e encoder
	f.Fuzz(func(t *testing.T, window, raw []byte, last bool) {
		window = window[max(0, len(window)-windowSize):]
		packed := e.encode(nil, window, raw, last)
		if !last {
			packed = append(packed, e.encode(nil, nil, nil, true)...)
		}
		require.True(t, bytes.Equal(raw, inflated(t, window, packed)))
	})
}
