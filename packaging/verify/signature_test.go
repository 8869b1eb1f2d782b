package verify_test

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"slices"
	"strings"
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
		rsaSig, cms, err = signer.SignTOC(digest, hash)
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
	report = verify.Verify(bytes.NewReader(raw), int64(len(raw)), verify.Config{Now: func() time.Time { return real.Add(-time.Hour) }})
	require.Contains(t, text(t, report), "is later than this computer's clock")

	f.signatures = ourSignatures(t, ourSigner(t, id, sign.Config{Now: func() time.Time { return real }}))
	raw = f.build(t)
	report = verify.Verify(bytes.NewReader(raw), int64(len(raw)), later)
	require.ErrorContains(t, report.Err(), "expired on")
}

func TestRefusesSignatures(t *testing.T) {
	id := newIdentity(t, now.AddDate(1, 0, 0))
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	stranger := issue(t, &x509.Certificate{SerialNumber: id[0].SerialNumber, Subject: id[0].Subject}, id[1], other, keys()[1])
	future := issue(t, &x509.Certificate{SerialNumber: id[0].SerialNumber, Subject: id[0].Subject, NotBefore: now.AddDate(0, 0, 1), NotAfter: now.AddDate(1, 0, 0)}, id[1], keys()[2], keys()[1])
	// bend changes one of the two signatures after both were made.
	bend := func(f *fixture, change func(rsaSig, cms []byte)) {
		sound := f.signatures
		f.signatures = func(digest []byte, hash crypto.Hash) ([]byte, []byte) {
			rsaSig, cms := sound(digest, hash)
			if !sizesOnly(digest) {
				change(rsaSig, cms)
			}
			return rsaSig, cms
		}
	}
	stamped := func(f *fixture) {
		// The stamped identity must be valid by this computer's clock too.
		signer := ourSigner(t, id, sign.Config{Now: clock, TimestampURL: timestampServer(t, id)})
		f.certificates, f.signatures = signer.Certificates(), ourSignatures(t, signer)
	}
	for name, c := range map[string]struct {
		change func(*fixture)
		layer  verify.Layer
		says   string
	}{
		"RSA signature changed": {func(f *fixture) { bend(f, func(r, _ []byte) { r[10] ^= 1 }) }, verify.LayerSignature, "is not Developer ID Installer: Example's over this table of contents"},
		"CMS signature changed": {func(f *fixture) { bend(f, func(_, c []byte) { flipLast(c) }) }, verify.LayerSignature, "does not fit this table of contents"},
		"CMS of another package": {func(f *fixture) {
			sound := f.signatures
			f.signatures = func(d []byte, h crypto.Hash) ([]byte, []byte) {
				r, _ := sound(d, h)
				_, c := sound(make([]byte, len(d)), h)
				return r, c
			}
		}, verify.LayerSignature, "it signs the digest"},
		"CMS overwritten":           {func(f *fixture) { bend(f, func(_, c []byte) { clear(c[:64]) }) }, verify.LayerSignature, "cannot be read"},
		"data behind the CMS":       {func(f *fixture) { bend(f, func(_, c []byte) { c[len(c)-1] = 1 }) }, verify.LayerSignature, "something other than zeros follows"},
		"expired":                   {func(f *fixture) { old := newIdentity(t, now.AddDate(0, 0, -1)); *f = *signedBy(t, old) }, verify.LayerSignature, "expired on 2026-11-23 and is not valid now"},
		"not yet valid":             {func(f *fixture) { *f = *signedBy(t, identity{future, id[1], id[2]}) }, verify.LayerSignature, "is valid from 2026-11-25"},
		"another's certificate":     {func(f *fixture) { f.certificates[0] = stranger.Raw }, verify.LayerSignature, "is not Developer ID Installer: Example's"},
		"certificates out of order": {func(f *fixture) { f.certificates = [][]byte{id[0].Raw, id[2].Raw, id[1].Raw} }, verify.LayerSignature, "is not signed by the next certificate"},
		"no certificate":            {func(f *fixture) { f.certificates = nil }, verify.LayerSignature, "no certificate is named"},
		"certificate not base64":    {func(f *fixture) { f.editTOC = swap("<X509Certificate>", "<X509Certificate>!") }, verify.LayerSignature, "not base64"},
		"wrong style":               {func(f *fixture) { f.editTOC = swap(`style="RSA"`, `style="DSA"`) }, verify.LayerSignature, `style "DSA"`},
		"two RSA signatures": {func(f *fixture) {
			f.editTOC = swap(`<signature style="RSA">`, `<signature style="RSA"></signature><signature style="RSA">`)
		}, verify.LayerSignature, "2 RSA and 1 CMS signatures"},
		"timestamp changed": {func(f *fixture) { stamped(f); bend(f, func(_, c []byte) { bendToken(c) }) }, verify.LayerTimestamp, "the token's own signature"},
	} {
		t.Run(name, func(t *testing.T) {
			f := signedBy(t, id)
			c.change(f)
			requireRefused(t, f.build(t), c.layer, c.says)
		})
	}
}

// flipLast changes the last byte of a zero-padded BER signature that belongs to
// the signature value: the six zeros that end the indefinite lengths follow it.
func flipLast(cms []byte) {
	at := len(bytes.TrimRight(cms, "\x00")) - 1
	cms[at] ^= 1
}

// bendToken changes the timestamp's own signature, which ends the CMS.
func bendToken(cms []byte) {
	cms[len(bytes.TrimRight(cms, "\x00"))-3] ^= 1
}

func swap(old, with string) func([]byte) []byte {
	return func(raw []byte) []byte { return []byte(strings.Replace(string(raw), old, with, 1)) }
}

// requireRefused wants a failure in the layer with the words, and the layer's
// name in the text a person reads.
func requireRefused(t testing.TB, raw []byte, layer verify.Layer, says string) {
	t.Helper()
	report := run(t, raw)
	require.False(t, report.OK(), text(t, report))
	found := slices.ContainsFunc(report.Findings, func(f verify.Finding) bool {
		return f.Level == verify.Fail && f.Layer == layer && strings.Contains(f.What, says)
	})
	require.True(t, found, "want %s: %s\n%s", layer, says, text(t, report))
	require.Contains(t, text(t, report), "fail  "+string(layer))
	require.ErrorContains(t, report.Err(), "verifying package: ")
}
