package deviceclient_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/pkg/deviceclient"
)

// authority signs certificates for the tests.
type authority struct {
	t    *testing.T
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	file string
}

func newAuthority(t *testing.T, name string) *authority {
	t.Helper()
	a := &authority{t: t, file: filepath.Join(t.TempDir(), "ca.pem")}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	a.cert, a.key = template, newKey(t)
	der, err := x509.CreateCertificate(rand.Reader, template, template, &a.key.PublicKey, a.key)
	require.NoError(t, err)
	a.cert, err = x509.ParseCertificate(der)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(a.file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	return a
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	return key
}

// issue gives a certificate and key as PEM, for a server or a client.
func (a *authority) issue(host string, until time.Time) (cert, key string) {
	a.t.Helper()
	k := newKey(a.t)
	template := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: host}, NotBefore: until.Add(-24 * time.Hour), NotAfter: until,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}}
	if ip := net.ParseIP(host); ip != nil {
		template.IPAddresses = []net.IP{ip}
	} else {
		template.DNSNames = []string{host}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, &k.PublicKey, a.key)
	require.NoError(a.t, err)
	raw, err := x509.MarshalECPrivateKey(k)
	require.NoError(a.t, err)
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})), string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: raw}))
}

// serveTLS serves a ping under a certificate.
func (a *authority) serveTLS(host string, until time.Time, change func(*tls.Config)) *httptest.Server {
	a.t.Helper()
	pair, err := tls.X509KeyPair(pemOf(a.issue(host, until)))
	require.NoError(a.t, err)
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
	}))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.TLS = &tls.Config{Certificates: []tls.Certificate{pair}}
	if change != nil {
		change(s.TLS)
	}
	s.StartTLS()
	a.t.Cleanup(s.Close)
	return s
}

func pemOf(cert, key string) ([]byte, []byte) { return []byte(cert), []byte(key) }

func TestTLS(t *testing.T) {
	ours, other := newAuthority(t, "ours"), newAuthority(t, "other")
	tomorrow, yesterday := time.Now().Add(24*time.Hour), time.Now().Add(-24*time.Hour)
	for name, c := range map[string]struct {
		host     string
		until    time.Time
		server   func(*tls.Config)
		rootCA   string
		insecure bool
		fails    string
	}{
		"our authority":                 {"127.0.0.1", tomorrow, nil, ours.file, false, ""},
		"unknown authority":             {"127.0.0.1", tomorrow, nil, "", false, "unknown authority"},
		"another authority":             {"127.0.0.1", tomorrow, nil, other.file, false, "unknown authority"},
		"insecure":                      {"127.0.0.1", tomorrow, nil, "", true, ""},
		"insecure, and an authority":    {"127.0.0.1", tomorrow, nil, other.file, true, "unknown authority"},
		"wrong host":                    {"elsewhere.example.com", tomorrow, nil, ours.file, false, "127.0.0.1"},
		"expired":                       {"127.0.0.1", yesterday, nil, ours.file, false, "expired"},
		"TLS 1.2":                       {"127.0.0.1", tomorrow, upTo(tls.VersionTLS12), ours.file, false, ""},
		"TLS 1.1":                       {"127.0.0.1", tomorrow, upTo(tls.VersionTLS11), ours.file, false, "protocol version"},
		"TLS 1.1 is not insecure's own": {"127.0.0.1", tomorrow, upTo(tls.VersionTLS11), "", true, "protocol version"},
	} {
		t.Run(name, func(t *testing.T) {
			server := ours.serveTLS(c.host, c.until, c.server)
			client, err := deviceclient.New(deviceclient.Config{ServerURL: server.URL, RootCA: c.rootCA, Insecure: c.insecure, Token: fixed(deviceToken)})
			require.NoError(t, err)
			err = client.CheckToken(t.Context())
			if c.fails == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.fails)
			require.NotContains(t, err.Error(), deviceToken)
			require.False(t, deviceclient.IsOffline(err))
		})
	}
}

func upTo(version uint16) func(*tls.Config) {
	return func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, version }
}

func TestClientCertificate(t *testing.T) {
	ours := newAuthority(t, "ours")
	tomorrow := time.Now().Add(24 * time.Hour)
	pool := x509.NewCertPool()
	pool.AddCert(ours.cert)
	server := ours.serveTLS("127.0.0.1", tomorrow, func(c *tls.Config) { c.ClientAuth, c.ClientCAs = tls.RequireAndVerifyClientCert, pool })
	cert, key := ours.issue("jos-mac", tomorrow)
	with, err := deviceclient.New(deviceclient.Config{ServerURL: server.URL, RootCA: ours.file, ClientCert: cert, ClientKey: key, Token: fixed(deviceToken)})
	require.NoError(t, err)
	require.NoError(t, with.CheckToken(t.Context()))
	without, err := deviceclient.New(deviceclient.Config{ServerURL: server.URL, RootCA: ours.file, Token: fixed(deviceToken)})
	require.NoError(t, err)
	require.Error(t, without.CheckToken(t.Context())) // the server's word for it, or the end of the connection: what is read first
	_, other := ours.issue("x", tomorrow)
	_, err = deviceclient.New(deviceclient.Config{ServerURL: server.URL, ClientCert: cert, ClientKey: other})
	require.ErrorContains(t, err, "don't fit each other")
	require.NotContains(t, err.Error(), strings.Split(other, "\n")[1])
}

func TestNoRedirectLeavesTLS(t *testing.T) {
	ours := newAuthority(t, "ours")
	server := ours.serveTLS("127.0.0.1", time.Now().Add(time.Hour), nil)
	server.Config.Handler = http.RedirectHandler(strings.Replace(server.URL, "https", "http", 1), http.StatusTemporaryRedirect)
	client, err := deviceclient.New(deviceclient.Config{ServerURL: server.URL, RootCA: ours.file, Token: fixed(deviceToken)})
	require.NoError(t, err)
	_, err = client.Summary(t.Context())
	require.ErrorIs(t, err, deviceclient.ErrNotJSON)
}
