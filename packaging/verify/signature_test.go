package verify_test

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"software.sslmate.com/src/go-pkcs12"

	"fleetmigrate/packaging/sign"
	"fleetmigrate/packaging/verify"
)

// signedBy makes the fixture signed by openssl with a chain.
func signedBy(t testing.TB, id identity) *fixture {
	t.Helper()
	f := newFixture()
	f.certificates, f.signatures = id.raw(), opensslSigner(t, id)
	return f
}

func TestAcceptsSignatures(t *testing.T) {
	id := newIdentity(t, now.AddDate(1, 0, 0))
	for name, change := range map[string]func(*fixture){
		"SHA-1":                     func(*fixture) {},
		"SHA-256":                   func(f *fixture) { f.hash = crypto.SHA256 },
		"signer named by its key":   func(f *fixture) { f.signatures = opensslSigner(t, id, "-keyid") },
		"CMS without attributes":    func(f *fixture) { f.signatures = opensslSigner(t, id, "-noattr") },
		"CMS over SHA-1 attributes": func(f *fixture) { f.signatures = opensslSigner(t, id, "-md", "sha1") },
	} {
		t.Run(name, func(t *testing.T) {
			f := signedBy(t, id)
			change(f)
			report := run(t, f.build(t))
			require.True(t, report.OK(), text(t, report))
			require.Contains(t, text(t, report), "RSA over the table of contents by Developer ID Installer: Example")
			require.Contains(t, text(t, report), "CMS: over the table of contents by Developer ID Installer: Example")
			require.Contains(t, text(t, report), "lead to Example Root, which is not Apple's")
			require.NotContains(t, text(t, report), "is not a Developer ID Installer certificate")
		})
	}
}

func TestAcceptsAHashedTwiceSignature(t *testing.T) {
	id := newIdentity(t, now.AddDate(1, 0, 0))
	f := signedBy(t, id)
	once := f.signatures
	f.signatures = func(digest []byte, hash crypto.Hash) (rsaSig, cms []byte) {
		_, cms = once(digest, hash)
		sum := hash.New()
		sum.Write(digest)
		rsaSig, err := rsa.SignPKCS1v15(nil, keys()[2], hash, sum.Sum(nil))
		require.NoError(t, err)
		return rsaSig, cms
	}
	report := run(t, f.build(t))
	require.True(t, report.OK(), text(t, report))
	require.Contains(t, text(t, report), "hashes twice")
}

// Apple's oldest certificates were signed over SHA-1, which Go does not check.
func TestWarnsOfSHA1Certificates(t *testing.T) {
	id := newIdentity(t, now.AddDate(1, 0, 0))
	k := keys()
	old := &x509.Certificate{SerialNumber: id[1].SerialNumber, Subject: id[1].Subject, IsCA: true, KeyUsage: x509.KeyUsageCertSign, SignatureAlgorithm: x509.SHA1WithRSA}
	id[1] = issue(t, old, id[2], k[1], k[0])
	report := run(t, signedBy(t, id).build(t))
	require.True(t, report.OK(), text(t, report))
	require.Contains(t, text(t, report), "whether Example CA is signed by Example Root is not checked")
}

// ourSigner is the product's signer on a p12 of the identity.
func ourSigner(t testing.TB, id identity, cfg sign.Config) *sign.Signer {
	t.Helper()
	p12, err := pkcs12.Modern.Encode(keys()[2], id[0], id[1:], "secret")
	require.NoError(t, err)
	signer, err := sign.New(p12, "secret", cfg)
	require.NoError(t, err)
	return signer
}

func ourSignatures(t testing.TB, signer *sign.Signer) func([]byte, crypto.Hash) (rsaSig, cms []byte) {
	t.Helper()
	var rsaSig, cms []byte
	return func(digest []byte, hash crypto.Hash) ([]byte, []byte) {
		if sizesOnly(digest) {
			return make([]byte, signer.RSASize()), make([]byte, signer.CMSSize())
		}
		var err error
		rsaSig, cms, err = signer.SignTOC(t.Context(), digest, hash)
		require.NoError(t, err)
		return rsaSig, cms
	}
}

// sizesOnly tells the call by which build lays the package out; a signature
// made for it would cost a timestamp and be thrown away.
func sizesOnly(digest []byte) bool { return bytes.Equal(digest, make([]byte, len(digest))) }

func TestAcceptsOurOwnSignature(t *testing.T) {
	id := newIdentity(t, now.AddDate(1, 0, 0))
	signer := ourSigner(t, id, sign.Config{Now: clock, SigningTime: now})
	f := newFixture()
	f.certificates, f.signatures = signer.Certificates(), ourSignatures(t, signer)
	report := run(t, f.build(t))
	require.True(t, report.OK(), text(t, report))
	require.Contains(t, text(t, report), "time claimed 2026-11-24T12:00:00Z")
	require.Contains(t, text(t, report), "timestamp          none: the signature is worth nothing once")
}

// A timestamp proves that the signature was made while the certificate was
// valid, so the package outlives it. The TSA stamps with this computer's time,
// which is therefore the one the certificate is made around.
func TestTimestampOutlivesTheCertificate(t *testing.T) {
	real := time.Now()
	id := newIdentity(t, real.Add(time.Hour))
	signer := ourSigner(t, id, sign.Config{Now: func() time.Time { return real }, TimestampURL: timestampServer(t, id)})
	f := newFixture()
	f.certificates, f.signatures = signer.Certificates(), ourSignatures(t, signer)
	raw := f.build(t)
	later := verify.Config{Now: func() time.Time { return real.AddDate(2, 0, 0) }}
	report := verify.Verify(bytes.NewReader(raw), int64(len(raw)), later)
	require.True(t, report.OK(), text(t, report))
	require.Contains(t, text(t, report), "by Example TSA, of Example CA")
	require.Contains(t, text(t, report), "it leads to Example Root, which is not Apple's root")
	report = verify.Verify(bytes.NewReader(raw), int64(len(raw)), verify.Config{Now: func() time.Time { return real.Add(-time.Hour) }})
	require.Contains(t, text(t, report), "is later than this computer's clock")

	f.signatures = ourSignatures(t, ourSigner(t, id, sign.Config{Now: func() time.Time { return real }}))
	raw = f.build(t)
	report = verify.Verify(bytes.NewReader(raw), int64(len(raw)), later)
	require.ErrorContains(t, report.Err(), "expired on")
}
