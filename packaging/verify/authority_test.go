package verify_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// keys are drawn once: a root's, an intermediate's, two signers'.
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

// identity is a chain like Apple's, made anew for each test: leaf,
// intermediate, root. The leaf has keys()[2].
type identity []*x509.Certificate

func issue(t testing.TB, cert, parent *x509.Certificate, key, by *rsa.PrivateKey) *x509.Certificate {
	t.Helper()
	if cert.NotAfter.IsZero() {
		// Wide, because one test lives by this computer's clock.
		cert.NotBefore, cert.NotAfter = now.AddDate(-10, 0, 0), now.AddDate(30, 0, 0)
	}
	cert.BasicConstraintsValid = true
	if parent == nil {
		parent = cert
	}
	der, err := x509.CreateCertificate(rand.Reader, cert, parent, key.Public(), by)
	require.NoError(t, err)
	out, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	return out
}

func newIdentity(t testing.TB, leafUntil time.Time) identity {
	t.Helper()
	k := keys()
	ca := func(name string, serial int64) *x509.Certificate {
		return &x509.Certificate{SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name}, IsCA: true, KeyUsage: x509.KeyUsageCertSign}
	}
	root := issue(t, ca("Example Root", 1), nil, k[0], k[0])
	inter := issue(t, ca("Example CA", 2), root, k[1], k[0])
	leaf := issue(t, &x509.Certificate{
		SerialNumber: big.NewInt(3), Subject: pkix.Name{CommonName: "Developer ID Installer: Example"},
		SubjectKeyId: []byte("the signer's key"),
		NotBefore:    now.AddDate(-2, 0, 0), NotAfter: leafUntil, KeyUsage: x509.KeyUsageDigitalSignature,
		UnknownExtKeyUsage: []asn1.ObjectIdentifier{{1, 2, 840, 113635, 100, 4, 13}},
		ExtraExtensions:    []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 2, 840, 113635, 100, 6, 1, 14}, Critical: true, Value: []byte{5, 0}}},
	}, inter, k[2], k[1])
	return identity{leaf, inter, root}
}

func (id identity) raw() [][]byte {
	var out [][]byte
	for _, cert := range id {
		out = append(out, cert.Raw)
	}
	return out
}

func file(t testing.TB, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, content, 0o600))
	return path
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

func openssl(t testing.TB, args ...string) {
	t.Helper()
	out, err := exec.Command("openssl", args...).CombinedOutput()
	require.NoError(t, err, "openssl %v: %s", args, out)
}

// opensslSigner signs as Apple's tools do: PKCS #1 v1.5, and CMS in BER with
// indefinite lengths, padded with zeros to 9,216 bytes.
func opensslSigner(t testing.TB, id identity, options ...string) func([]byte, crypto.Hash) (rsaSig, cms []byte) {
	t.Helper()
	key, leaf, chain := keyFile(t, keys()[2]), pemFile(t, id[0]), pemFile(t, id[1:]...)
	return func(digest []byte, hash crypto.Hash) ([]byte, []byte) {
		rsaSig, err := rsa.SignPKCS1v15(nil, keys()[2], hash, digest)
		require.NoError(t, err)
		out := filepath.Join(t.TempDir(), "cms")
		openssl(t, append([]string{"cms", "-sign", "-binary", "-stream", "-indef", "-in", file(t, "digest", digest), "-signer", leaf, "-inkey", key,
			"-certfile", chain, "-outform", "DER", "-out", out, "-md", "sha256"}, options...)...)
		cms, err := os.ReadFile(out)
		require.NoError(t, err)
		require.Equal(t, byte(0x80), cms[1], "the length is indefinite")
		return rsaSig, append(cms, make([]byte, 9216-len(cms))...)
	}
}

// timestampServer is openssl's timestamp authority on loopback.
func timestampServer(t testing.TB, id identity) string {
	t.Helper()
	usage, err := asn1.Marshal([]asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 8}})
	require.NoError(t, err)
	leaf := issue(t, &x509.Certificate{
		SerialNumber: big.NewInt(9), Subject: pkix.Name{CommonName: "Example TSA"}, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtraExtensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Critical: true, Value: usage}},
	}, id[1], keys()[3], keys()[1])
	dir := t.TempDir()
	config := file(t, "tsa.conf", fmt.Appendf(nil, "[tsa]\ndefault_tsa=main\n[main]\nserial=%s\nsigner_cert=%s\ncerts=%s\nsigner_key=%s\nsigner_digest=sha256\ndefault_policy=1.2.3.4\ndigests=sha256\nclock_precision_digits=3\naccuracy=millisecs:500\n",
		filepath.Join(dir, "serial"), pemFile(t, leaf), pemFile(t, id[1:]...), keyFile(t, keys()[3])))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		query, reply := filepath.Join(dir, "query"), filepath.Join(dir, "reply")
		_ = os.WriteFile(query, body, 0o600)
		if out, err := exec.Command("openssl", "ts", "-reply", "-config", config, "-queryfile", query, "-out", reply).CombinedOutput(); err != nil {
			http.Error(w, string(out), http.StatusInternalServerError)
			return
		}
		raw, _ := os.ReadFile(reply)
		w.Header().Set("Content-Type", "application/timestamp-reply")
		_, _ = w.Write(raw)
	}))
	t.Cleanup(server.Close)
	return server.URL
}
