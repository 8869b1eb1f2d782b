package sign_test

import (
	"bytes"
	"crypto"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"software.sslmate.com/src/go-pkcs12"

	"fleetmigrate/packaging/sign"
)

func newSigner(t testing.TB, cfg sign.Config) *sign.Signer {
	t.Helper()
	a := newAuthority(t)
	cfg.Now = clock
	signer, err := sign.New(a.p12(t, pkcs12.Modern, a.leaf(t, installer)), password, cfg)
	require.NoError(t, err)
	return signer
}

// digests are what the two kinds of TOC digest look like.
func digests() map[crypto.Hash][]byte {
	one, two := sha1.Sum([]byte("toc")), sha256.Sum256([]byte("toc"))
	return map[crypto.Hash][]byte{crypto.SHA1: one[:], crypto.SHA256: two[:]}
}

func derLength(t testing.TB, padded []byte) []byte {
	t.Helper()
	var whole asn1.RawValue
	rest, err := asn1.Unmarshal(padded, &whole)
	require.NoError(t, err)
	require.Empty(t, bytes.Trim(rest, "\x00"), "only zeros follow the CMS")
	return whole.FullBytes
}

func TestOpensslVerifiesBothSignatures(t *testing.T) {
	signer := newSigner(t, sign.Config{SigningTime: now})
	chain := signer.Certificates()
	root, err := x509.ParseCertificate(chain[2])
	require.NoError(t, err)
	leaf, err := x509.ParseCertificate(chain[0])
	require.NoError(t, err)
	for hash, digest := range digests() {
		t.Run(hash.String(), func(t *testing.T) {
			rsaSig, cms, err := signer.SignTOC(t.Context(), digest, hash)
			require.NoError(t, err)
			require.Len(t, rsaSig, signer.RSASize())
			require.Len(t, cms, signer.CMSSize())
			require.Equal(t, 9216, len(cms), "as many bytes as productsign reserves")

			content := file(t, "digest", digest)
			public, err := x509.MarshalPKIXPublicKey(leaf.PublicKey)
			require.NoError(t, err)
			openssl(t, "pkeyutl", "-verify", "-pubin", "-inkey", file(t, "pub.pem", pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public})),
				"-in", content, "-sigfile", file(t, "rsa", rsaSig), "-pkeyopt", "digest:"+strings.ToLower(strings.ReplaceAll(hash.String(), "-", "")))
			der := file(t, "cms", derLength(t, cms))
			out := openssl(t, "cms", "-verify", "-binary", "-inform", "DER", "-in", der, "-content", content, "-out", "/dev/null",
				"-CAfile", pemFile(t, root), "-purpose", "any", "-ignore_critical", "-attime", fmt.Sprint(now.Unix()))
			require.Contains(t, out, "CMS Verification successful")
			require.Contains(t, openssl(t, "cms", "-cmsout", "-print", "-inform", "DER", "-in", der), "Nov 24 12:00:00 2026 GMT")
		})
	}
}

func TestOpensslRefusesAnotherDigest(t *testing.T) {
	signer := newSigner(t, sign.Config{})
	_, cms, err := signer.SignTOC(t.Context(), digests()[crypto.SHA1], crypto.SHA1)
	require.NoError(t, err)
	other := file(t, "digest", make([]byte, 20))
	require.Panics(t, func() {
		panicOnFailure := &failing{TB: t}
		openssl(panicOnFailure, "cms", "-verify", "-noverify", "-binary", "-inform", "DER", "-in", file(t, "cms", derLength(t, cms)), "-content", other, "-out", "/dev/null")
	})
}

// failing turns a failed requirement into a panic, to see that openssl can say no.
type failing struct{ testing.TB }

func (failing) Errorf(string, ...any) {}
func (failing) FailNow()              { panic("failed") }

func TestSameInputSameBytes(t *testing.T) {
	signer := newSigner(t, sign.Config{})
	digest := digests()[crypto.SHA1]
	rsa1, cms1, err := signer.SignTOC(t.Context(), digest, crypto.SHA1)
	require.NoError(t, err)
	rsa2, cms2, err := signer.SignTOC(t.Context(), digest, crypto.SHA1)
	require.NoError(t, err)
	require.Equal(t, rsa1, rsa2)
	require.Equal(t, cms1, cms2)
	require.NotContains(t, openssl(t, "cms", "-cmsout", "-print", "-inform", "DER", "-in", file(t, "cms", derLength(t, cms1))), "signingTime")
}

func TestSignTOCRefusesWhatIsNoDigest(t *testing.T) {
	_, _, err := newSigner(t, sign.Config{}).SignTOC(t.Context(), []byte("short"), crypto.SHA1)
	require.ErrorContains(t, err, "5 bytes are no SHA-1 digest")
}

func TestCertificatesInOrder(t *testing.T) {
	signer := newSigner(t, sign.Config{})
	var names []string
	for _, der := range signer.Certificates() {
		cert, err := x509.ParseCertificate(der)
		require.NoError(t, err)
		names = append(names, cert.Subject.CommonName)
	}
	require.Equal(t, []string{"Developer ID Installer: Example Inc.", "Example Developer ID CA", "Example Root CA"}, names)
	require.Equal(t, names[0], signer.Subject())
	require.Empty(t, signer.Warnings())
}
