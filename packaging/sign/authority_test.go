package sign_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"software.sslmate.com/src/go-pkcs12"
)

const password = "correct horse"

// now is the time every test certificate is made around.
var now = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func clock() time.Time { return now }

// A key takes most of a second to draw; tests share a few.
var keys = sync.OnceValue(func() []*rsa.PrivateKey {
	out := make([]*rsa.PrivateKey, 4)
	for i := range out {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			panic(err)
		}
		out[i] = key
	}
	return out
})

// authority is a root, an intermediate and leaves made like Apple's.
type authority struct {
	root, inter       *x509.Certificate
	rootKey, interKey *rsa.PrivateKey
}

type option func(*x509.Certificate)

func issue(t testing.TB, template, parent *x509.Certificate, public any, signer any) *x509.Certificate {
	t.Helper()
	if parent == nil {
		parent = template
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, signer)
	require.NoError(t, err)
	cert, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	return cert
}

func template(name string, serial int64, options ...option) *x509.Certificate {
	cert := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name, Organization: []string{"Example Inc."}},
		NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(4, 0, 0), BasicConstraintsValid: true,
	}
	for _, change := range options {
		change(cert)
	}
	return cert
}

func isCA(cert *x509.Certificate) {
	cert.IsCA, cert.KeyUsage = true, x509.KeyUsageCertSign|x509.KeyUsageCRLSign
}

// installer gives a leaf the marks of Developer ID Installer.
func installer(cert *x509.Certificate) {
	cert.KeyUsage = x509.KeyUsageDigitalSignature
	cert.UnknownExtKeyUsage = []asn1.ObjectIdentifier{{1, 2, 840, 113635, 100, 4, 13}}
	cert.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 2, 840, 113635, 100, 6, 1, 14}, Critical: true, Value: []byte{5, 0}}}
}

// application gives it those of Developer ID Application.
func application(cert *x509.Certificate) {
	cert.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning}
	cert.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 2, 840, 113635, 100, 6, 1, 13}, Critical: true, Value: []byte{5, 0}}}
}

func valid(from, until time.Time) option {
	return func(cert *x509.Certificate) { cert.NotBefore, cert.NotAfter = from, until }
}

func newAuthority(t testing.TB) authority {
	t.Helper()
	a := authority{rootKey: keys()[0], interKey: keys()[1]}
	a.root = issue(t, template("Example Root CA", 1, isCA), nil, a.rootKey.Public(), a.rootKey)
	a.inter = issue(t, template("Example Developer ID CA", 2, isCA), a.root, a.interKey.Public(), a.rootKey)
	return a
}

func (a authority) leaf(t testing.TB, options ...option) *x509.Certificate {
	t.Helper()
	return issue(t, template("Developer ID Installer: Example Inc.", 3, options...), a.inter, keys()[2].Public(), a.interKey)
}

func (a authority) p12(t testing.TB, encoder *pkcs12.Encoder, leaf *x509.Certificate) []byte {
	t.Helper()
	raw, err := encoder.Encode(keys()[2], leaf, []*x509.Certificate{a.inter, a.root}, password)
	require.NoError(t, err)
	return raw
}

func ecKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	return key
}

func pemFile(t testing.TB, certs ...*x509.Certificate) string {
	t.Helper()
	var out []byte
	for _, cert := range certs {
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw})...)
	}
	return file(t, "certs.pem", out)
}

func keyFile(t testing.TB, key *rsa.PrivateKey) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	return file(t, "key.pem", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

func file(t testing.TB, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, content, 0o600))
	return path
}

func openssl(t testing.TB, args ...string) string {
	t.Helper()
	out, err := exec.Command("openssl", args...).CombinedOutput()
	require.NoError(t, err, "openssl %v: %s", args, out)
	return string(out)
}

func extension(id asn1.ObjectIdentifier, value []byte) pkix.Extension {
	return pkix.Extension{Id: id, Critical: true, Value: value}
}
