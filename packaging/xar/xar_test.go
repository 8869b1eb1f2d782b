package xar_test

import (
	"bytes"
	"compress/zlib"
	"crypto"
	_ "crypto/md5" // for what is refused
	"encoding/binary"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/packaging/xar"
)

func archive(hash crypto.Hash) xar.Archive {
	body := []byte("stored as it is")
	sum := hash.New()
	sum.Write(body)
	return xar.Archive{
		Hash: hash, Created: time.Unix(0, 0), Folder: "in & out",
		Top: []xar.File{xar.Packed("Top", []byte("<top/>"), hash)},
		Files: []xar.File{xar.Stored("Stored", int64(len(body)), sum.Sum(nil), func(w io.Writer) error {
			_, err := w.Write(body)
			return err
		})},
	}
}

func sealed(t *testing.T, a xar.Archive) []byte {
	t.Helper()
	s, err := a.Seal()
	require.NoError(t, err)
	var one, two bytes.Buffer
	require.NoError(t, s.Write(&one))
	require.NoError(t, s.Write(&two))
	require.Equal(t, one.Bytes(), two.Bytes())
	return one.Bytes()
}

// toc is the table of contents, and how long the header says it is.
func toc(t *testing.T, raw []byte) string {
	t.Helper()
	require.Equal(t, uint16(28), binary.BigEndian.Uint16(raw[4:]))
	z, err := zlib.NewReader(bytes.NewReader(raw[28 : 28+binary.BigEndian.Uint64(raw[8:])]))
	require.NoError(t, err)
	text, err := io.ReadAll(z)
	require.NoError(t, err)
	require.Equal(t, binary.BigEndian.Uint64(raw[16:]), uint64(len(text)), "bsdtar and 7z refuse a wrong length")
	return string(text)
}

func TestTableOfContents(t *testing.T) {
	raw := sealed(t, archive(crypto.SHA1))
	text := toc(t, raw)
	require.Equal(t, "\x78\xda", string(raw[28:30]), "zlib at its best, as Apple has it")
	require.Contains(t, text, "<creation-time>1970-01-01T00:00:00</creation-time>", "alone without a Z")
	require.Contains(t, text, `<checksum style="sha1">`)
	require.Contains(t, text, "<name>in &amp; out</name>")
	require.Contains(t, text, "<offset>20</offset>", "the folder's file follows the digest")
	require.NotContains(t, text, "mtime")
	require.Regexp(t, `(?s)<name>Stored</name>.*<encoding style="application/octet-stream"/>\s*<size>15</size>\s*<offset>20</offset>\s*<length>15</length>`, text, "Installer wants Payload and Scripts so")
	file := filepath.Join(t.TempDir(), "x.pkg")
	require.NoError(t, os.WriteFile(file, raw, 0o644))
	for name, want := range map[string]string{"Top": "<top/>", "in & out/Stored": "stored as it is"} {
		out, err := exec.Command("bsdtar", "-xOf", file, name).Output()
		require.NoError(t, err)
		require.Equal(t, want, string(out))
	}
	require.Contains(t, toc(t, sealed(t, archive(crypto.SHA256))), `<offset>32</offset>`)
}

func TestSignaturesLieWhereTheyAreAnnounced(t *testing.T) {
	a := archive(crypto.SHA1)
	var signed []byte
	a.Signature = &xar.Signature{
		Certificates: [][]byte{bytes.Repeat([]byte{1}, 100), {2}}, RSASize: 4, CMSSize: 6,
		Sign: func(digest []byte, hash crypto.Hash) (rsa, cms []byte, err error) {
			require.Equal(t, crypto.SHA1, hash)
			signed = digest
			return []byte("RSA!"), []byte("CMS!!!"), nil
		},
	}
	raw := sealed(t, a)
	heap := raw[28+binary.BigEndian.Uint64(raw[8:]):]
	require.Equal(t, signed, heap[:20], "what is signed is the digest in the heap")
	require.Equal(t, "RSA!CMS!!!stored as it is", string(heap[20:45]))
	text := toc(t, raw)
	require.Regexp(t, `(?s)<signature style="RSA">.*<offset>20</offset>.*<size>4</size>.*<x-signature style="CMS">.*<offset>24</offset>.*<size>6</size>.*<file id="1">`, text)
	require.Contains(t, text, "AQEBAQEB\n", "certificates in lines of 72 characters")

	a.Signature.CMSSize = 7
	_, err := a.Seal()
	require.ErrorContains(t, err, "signatures of 4 and 6 bytes where 4 and 7 were announced")
	broken := errors.New("no key")
	a.Signature.Sign = func([]byte, crypto.Hash) ([]byte, []byte, error) { return nil, nil, broken }
	_, err = a.Seal()
	require.ErrorIs(t, err, broken)
}

func TestFaults(t *testing.T) {
	a := archive(crypto.SHA1)
	a.Hash = crypto.MD5
	_, err := a.Seal()
	require.ErrorContains(t, err, "no digest a Mac takes")
	broken := errors.New("cannot be read")
	a = archive(crypto.SHA1)
	a.Files = []xar.File{xar.Stored("Stored", 1, make([]byte, 20), func(io.Writer) error { return broken })}
	s, err := a.Seal()
	require.NoError(t, err)
	require.ErrorIs(t, s.Write(io.Discard), broken)
	require.ErrorContains(t, s.Write(io.Discard), "writing Stored: cannot be read")
}
