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

	"github.com/stretchr/testify/require"

	"fleetmigrate/packaging/sign"
	"fleetmigrate/packaging/verify"
)

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
	requireFinding(t, run(t, raw), layer, says)
}

func requireFinding(t testing.TB, report verify.Report, layer verify.Layer, says string) {
	t.Helper()
	require.False(t, report.OK(), text(t, report))
	found := slices.ContainsFunc(report.Findings, func(f verify.Finding) bool {
		return f.Level == verify.Fail && f.Layer == layer && strings.Contains(f.What, says)
	})
	require.True(t, found, "want %s: %s\n%s", layer, says, text(t, report))
	require.Contains(t, text(t, report), "fail  "+string(layer))
	require.ErrorContains(t, report.Err(), "verifying package: ")
}
