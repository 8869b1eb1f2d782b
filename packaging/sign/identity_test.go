package sign_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"software.sslmate.com/src/go-pkcs12"

	"fleetmigrate/packaging/sign"
)

func TestOpenReadsEveryEncryption(t *testing.T) {
	a := newAuthority(t)
	leaf := a.leaf(t, installer)
	export := func(options ...string) []byte {
		out := filepath.Join(t.TempDir(), "id.p12")
		openssl(t, append([]string{"pkcs12", "-export", "-out", out, "-passout", "pass:" + password,
			"-inkey", keyFile(t, keys()[2]), "-in", pemFile(t, leaf), "-certfile", pemFile(t, a.root, a.inter)}, options...)...)
		raw, err := os.ReadFile(out)
		require.NoError(t, err)
		return raw
	}
	for name, raw := range map[string][]byte{
		"RC2 of Keychain Access": a.p12(t, pkcs12.LegacyRC2, leaf),
		"3DES":                   a.p12(t, pkcs12.LegacyDES, leaf),
		"PBES2":                  a.p12(t, pkcs12.Modern2023, leaf),
		"PBMAC1":                 a.p12(t, pkcs12.Modern2026, leaf),
		"openssl 3":              export(),
		"openssl -legacy":        export("-legacy"),
	} {
		t.Run(name, func(t *testing.T) {
			signer, err := sign.Open(file(t, "id.p12", raw), password, sign.Config{Now: clock})
			require.NoError(t, err)
			require.Len(t, signer.Certificates(), 3)
			require.Equal(t, leaf.Raw, signer.Certificates()[0])
		})
	}
}

func TestOpenFindsTheLeafBehindItsIssuers(t *testing.T) {
	a := newAuthority(t)
	leaf := a.leaf(t, installer)
	raw, err := pkcs12.Modern.Encode(keys()[2], a.root, []*x509.Certificate{a.inter, leaf}, password)
	require.NoError(t, err)
	signer, err := sign.New(raw, password, sign.Config{Now: clock})
	require.NoError(t, err)
	require.Equal(t, leaf.Raw, signer.Certificates()[0])
}

func TestNewRefuses(t *testing.T) {
	a := newAuthority(t)
	good := a.p12(t, pkcs12.Modern, a.leaf(t, installer))
	encode := func(key any, leaf *x509.Certificate) []byte {
		raw, err := pkcs12.Modern.Encode(key, leaf, []*x509.Certificate{a.inter, a.root}, password)
		require.NoError(t, err)
		return raw
	}
	trust, err := pkcs12.Modern.EncodeTrustStore([]*x509.Certificate{a.root}, password)
	require.NoError(t, err)
	ec := ecKey(t)
	ecLeaf := issue(t, template("EC", 9, installer), a.inter, ec.Public(), a.interKey)
	weak, err := rsa.GenerateKey(rand.Reader, 1024)
	require.NoError(t, err)
	weakLeaf := issue(t, template("Weak", 10, installer), a.inter, weak.Public(), a.interKey)
	expired, future := valid(now.AddDate(-5, 0, 0), now.AddDate(0, 0, -1)), valid(now.AddDate(0, 0, 1), now.AddDate(4, 0, 0))
	cases := map[string]struct {
		raw      []byte
		password string
		is       error
		says     string
	}{
		"wrong password":    {good, "wrong horse", sign.ErrWrongPassword, "give the one it was exported with"},
		"no password":       {good, "", sign.ErrWrongPassword, "give the one"},
		"not a p12":         {[]byte("-----BEGIN CERTIFICATE-----"), password, nil, "not a readable PKCS #12 file"},
		"cut short":         {good[:len(good)/2], password, nil, "not a readable PKCS #12 file"},
		"empty":             {nil, password, nil, "not a readable PKCS #12 file"},
		"no key":            {trust, password, sign.ErrNoKey, "certificate and key together"},
		"another's key":     {encode(keys()[3], a.leaf(t, installer)), password, sign.ErrKeyMismatch, "the certificate is Developer ID Installer"},
		"expired":           {a.p12(t, pkcs12.Modern, a.leaf(t, installer, expired)), password, sign.ErrExpired, "was valid until 2026-11-23 12:00:00"},
		"not yet valid":     {a.p12(t, pkcs12.Modern, a.leaf(t, installer, future)), password, sign.ErrNotYetValid, "check this computer's clock"},
		"for apps":          {a.p12(t, pkcs12.Modern, a.leaf(t, application)), password, sign.ErrWrongPurpose, `is for apps; use "Developer ID Installer"`},
		"for anything else": {a.p12(t, pkcs12.Modern, a.leaf(t)), password, sign.ErrWrongPurpose, "not a \"Developer ID Installer\" certificate"},
		"EC key":            {encode(ec, ecLeaf), password, sign.ErrKeyType, "signed with RSA"},
		"1024 bits":         {encode(weak, weakLeaf), password, sign.ErrKeyType, "2048 bits"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			signer, err := sign.New(c.raw, c.password, sign.Config{Now: clock})
			require.Nil(t, signer)
			require.ErrorContains(t, err, c.says)
			if c.is != nil {
				require.ErrorIs(t, err, c.is)
			}
			if c.password != "" {
				require.NotContains(t, err.Error(), c.password)
			}
		})
	}
}

// An export of a whole keychain: nobody can tell which identity is meant.
func TestNewRefusesSeveralIdentities(t *testing.T) {
	a := newAuthority(t)
	one := a.leaf(t, installer)
	two := issue(t, template("Another Installer", 4, installer), a.inter, keys()[3].Public(), a.interKey)
	encode := func(key any, leaf *x509.Certificate) []byte {
		raw, err := pkcs12.Passwordless.Encode(key, leaf, nil, "")
		require.NoError(t, err)
		return raw
	}
	_, err := sign.New(encode(keys()[2], one), "", sign.Config{Now: clock})
	require.NoError(t, err)
	_, err = sign.New(joined(t, encode(keys()[2], one), encode(keys()[3], two)), "", sign.Config{Now: clock})
	require.ErrorIs(t, err, sign.ErrSeveralKeys)
	require.ErrorContains(t, err, "one identity at a time")
}

// contentInfo and pfx are the two outer layers of RFC 7292, section 4.
type contentInfo struct {
	Type    asn1.ObjectIdentifier
	Content asn1.RawValue `asn1:"explicit,tag:0"`
}

type pfx struct {
	Version  int
	AuthSafe contentInfo
}

// joined puts the certificates and keys of two files without encryption into
// one.
func joined(t *testing.T, one, two []byte) []byte {
	t.Helper()
	var file, other pfx
	unmarshal(t, one, &file)
	unmarshal(t, two, &other)
	safes, more := octets[contentInfo](t, file.AuthSafe), octets[contentInfo](t, other.AuthSafe)
	for i := range safes {
		bags := append(octets[asn1.RawValue](t, safes[i]), octets[asn1.RawValue](t, more[i])...)
		safes[i].Content = explicit(t, bags)
	}
	file.AuthSafe.Content = explicit(t, safes)
	return marshal(t, file)
}

// octets reads the list within the octet string that a contentInfo holds.
func octets[T any](t *testing.T, info contentInfo) (list []T) {
	t.Helper()
	var raw []byte
	unmarshal(t, info.Content.Bytes, &raw)
	unmarshal(t, raw, &list)
	return list
}

func explicit(t *testing.T, list any) asn1.RawValue {
	t.Helper()
	return asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: marshal(t, marshal(t, list))}
}

func marshal(t *testing.T, value any) []byte {
	t.Helper()
	raw, err := asn1.Marshal(value)
	require.NoError(t, err)
	return raw
}

func unmarshal(t *testing.T, raw []byte, to any) {
	t.Helper()
	_, err := asn1.Unmarshal(raw, to)
	require.NoError(t, err)
}

func TestAllowAnyCertificateWarnsInstead(t *testing.T) {
	a := newAuthority(t)
	signer, err := sign.New(a.p12(t, pkcs12.Modern, a.leaf(t)), password, sign.Config{Now: clock, AllowAnyCertificate: true})
	require.NoError(t, err)
	require.Len(t, signer.Warnings(), 1)
	require.Contains(t, signer.Warnings()[0], "only if it was told to trust its issuer")
	old := a.leaf(t, valid(now.AddDate(-5, 0, 0), now.AddDate(0, 0, -1)))
	_, err = sign.New(a.p12(t, pkcs12.Modern, old), password, sign.Config{Now: clock, AllowAnyCertificate: true})
	require.ErrorIs(t, err, sign.ErrExpired, "no option makes an expired certificate useful")
}

func TestWarnings(t *testing.T) {
	a := newAuthority(t)
	soon := a.leaf(t, installer, valid(now.AddDate(-1, 0, 0), now.AddDate(0, 0, 7)))
	raw, err := pkcs12.Modern.Encode(keys()[2], soon, nil, password)
	require.NoError(t, err)
	signer, err := sign.New(raw, password, sign.Config{Now: clock})
	require.NoError(t, err)
	require.Equal(t, []string{
		"certificate expires on 2026-12-01",
		"the file lacks the issuer Example Developer ID CA: a Mac that does not have it cannot check the signature",
	}, signer.Warnings())
}

func TestOpenRefusesPaths(t *testing.T) {
	_, err := sign.Open(filepath.Join(t.TempDir(), "missing.p12"), password, sign.Config{})
	require.ErrorContains(t, err, "does not exist")
	_, err = sign.Open(t.TempDir(), password, sign.Config{})
	require.ErrorContains(t, err, "reading signing identity")
	_, err = sign.Open(file(t, "big", make([]byte, 2<<20)), password, sign.Config{})
	require.ErrorContains(t, err, "larger than any .p12 file")
}
