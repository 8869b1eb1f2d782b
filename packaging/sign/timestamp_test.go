package sign_test

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/smallstep/pkcs7"
	"github.com/stretchr/testify/require"
	"software.sslmate.com/src/go-pkcs12"

	"fleetmigrate/packaging/sign"
)

// timestamping gives a leaf the critical key usage that RFC 3161 demands.
func timestamping(cert *x509.Certificate) {
	cert.KeyUsage, cert.ExtKeyUsage = x509.KeyUsageDigitalSignature, nil
	value, err := asn1.Marshal([]asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 8}})
	if err != nil {
		panic(err)
	}
	cert.ExtraExtensions = append(cert.ExtraExtensions, extension(asn1.ObjectIdentifier{2, 5, 29, 37}, value))
}

// opensslTSA answers requests with openssl's own timestamp authority.
func opensslTSA(t *testing.T, a authority) http.Handler {
	t.Helper()
	leaf := issue(t, template("Example TSA", 20, timestamping), a.inter, keys()[3].Public(), a.interKey)
	dir := t.TempDir()
	config := filepath.Join(dir, "tsa.conf")
	require.NoError(t, os.WriteFile(config, fmt.Appendf(nil, `
[tsa]
default_tsa = main
[main]
serial = %s
crypto_device = builtin
signer_cert = %s
certs = %s
signer_key = %s
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
accuracy = millisecs:500
ordering = yes
clock_precision_digits = 3
`, filepath.Join(dir, "serial"), pemFile(t, leaf), pemFile(t, a.inter, a.root), keyFile(t, keys()[3])), 0o600))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/timestamp-query" {
			http.Error(w, "not a timestamp query", http.StatusBadRequest)
			return
		}
		query, reply := filepath.Join(dir, "query"), filepath.Join(dir, "reply")
		_ = os.WriteFile(query, body, 0o600)
		if out, err := exec.Command("openssl", "ts", "-reply", "-config", config, "-queryfile", query, "-out", reply).CombinedOutput(); err != nil {
			http.Error(w, string(out), http.StatusInternalServerError)
			return
		}
		raw, _ := os.ReadFile(reply)
		w.Header().Set("Content-Type", "application/timestamp-reply")
		_, _ = w.Write(raw)
	})
}

func serve(t *testing.T, handler http.Handler) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

func TestTimestampFromOpenssl(t *testing.T) {
	a := newAuthority(t)
	signer := newSigner(t, sign.Config{TimestampURL: serve(t, opensslTSA(t, a))})
	digest := digests()[crypto.SHA256]
	_, cms, err := signer.SignTOC(t.Context(), digest, crypto.SHA256)
	require.NoError(t, err)
	require.Len(t, cms, signer.CMSSize())

	der := derLength(t, cms)
	require.Contains(t, openssl(t, "cms", "-cmsout", "-print", "-inform", "DER", "-in", file(t, "cms", der)), "id-smime-aa-timeStampToken")
	token, signature := tokenOf(t, der)
	out := openssl(t, "ts", "-verify", "-token_in", "-in", file(t, "token", token), "-data", file(t, "signature", signature),
		"-CAfile", pemFile(t, a.root), "-untrusted", pemFile(t, a.inter))
	require.Contains(t, out, "Verification: OK")
}

// tokenOf walks to the last two elements of the only SignerInfo.
func tokenOf(t *testing.T, der []byte) (token, signature []byte) {
	t.Helper()
	at := func(raw []byte, index ...int) asn1.RawValue {
		value := asn1.RawValue{Bytes: raw}
		for _, i := range index {
			rest := value.Bytes
			for range i + 1 {
				var err error
				rest, err = asn1.Unmarshal(rest, &value)
				require.NoError(t, err)
			}
		}
		return value
	}
	const content, data, infos, only = 0, 1, 4, 0
	info := at(der, content, data, 0, infos, only).Bytes
	signature = at(info, 5).Bytes
	return at(info, 6, 0, 1, 0).FullBytes, signature
}

// reply marshals a TimeStampResp with a status and no token.
func reply(t *testing.T, status int, text string) []byte {
	t.Helper()
	type statusInfo struct {
		Status int
		Text   []string `asn1:"optional"`
	}
	info := statusInfo{Status: status}
	if text != "" {
		info.Text = []string{text}
	}
	raw, err := asn1.Marshal(struct{ Status statusInfo }{info})
	require.NoError(t, err)
	return raw
}

func TestTimestampRefusals(t *testing.T) {
	a := newAuthority(t)
	honest := opensslTSA(t, a)
	// replayed answers every request with the answer to the first.
	var first *httptest.ResponseRecorder
	replayed := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if first == nil {
			first = httptest.NewRecorder()
			honest.ServeHTTP(first, r)
		}
		w.Header().Set("Content-Type", "application/timestamp-reply")
		_, _ = w.Write(first.Body.Bytes())
	})
	answer := func(raw []byte) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/timestamp-reply")
			_, _ = w.Write(raw)
		})
	}
	tampered := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		recorder := httptest.NewRecorder()
		honest.ServeHTTP(recorder, r)
		raw := recorder.Body.Bytes()
		raw[len(raw)-1] ^= 1 // the last byte of the server's signature
		answer(raw).ServeHTTP(w, r)
	})
	replay := newSigner(t, sign.Config{TimestampURL: serve(t, replayed)})
	_, _, err := replay.SignTOC(t.Context(), digests()[crypto.SHA1], crypto.SHA1)
	require.NoError(t, err)
	_, _, err = replay.SignTOC(t.Context(), digests()[crypto.SHA1], crypto.SHA1)
	require.ErrorContains(t, err, "the answer to another request (nonce)")
	_, _, err = replay.SignTOC(t.Context(), digests()[crypto.SHA256], crypto.SHA256)
	require.ErrorContains(t, err, "for another signature")

	for name, c := range map[string]struct {
		handler http.Handler
		says    string
	}{
		"rejected":        {answer(reply(t, 2, "bad algorithm")), `refused with status 2, failure bits  "bad algorithm"`},
		"granted nothing": {answer(reply(t, 0, "")), "granted a timestamp but sent none"},
		"noise":           {answer([]byte("noise")), "not a timestamp response"},
		"too many bytes":  {answer(append(reply(t, 0, ""), 0)), "1 bytes too many"},
		"web page":        {http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") }), "check that this is a timestamp server's URL"},
		"server error":    {http.NotFoundHandler(), "it answered 404 Not Found"},
		"tampered token":  {tampered, "the token's signature"},
	} {
		t.Run(name, func(t *testing.T) {
			signer := newSigner(t, sign.Config{TimestampURL: serve(t, c.handler)})
			_, _, err := signer.SignTOC(t.Context(), digests()[crypto.SHA1], crypto.SHA1)
			require.ErrorContains(t, err, c.says)
		})
	}
}

// Anybody on the way to a timestamp server can answer in its place. What is not
// vouched for is told, and refused where the root was named.
func TestWhoVouchesForATimestamp(t *testing.T) {
	mine, other := newAuthority(t), newAuthority(t)
	other.root = issue(t, template("Other Root", 1, isCA), nil, other.rootKey.Public(), other.rootKey)
	other.inter = issue(t, template("Other CA", 2, isCA), other.root, other.interKey.Public(), other.rootKey)
	raw := mine.p12(t, pkcs12.Modern, mine.leaf(t, installer))
	roots := func(certs ...*x509.Certificate) *x509.CertPool {
		pool := x509.NewCertPool()
		for _, cert := range certs {
			pool.AddCert(cert)
		}
		return pool
	}
	for name, c := range map[string]struct {
		server         authority
		roots          *x509.CertPool
		warns, refuses string
	}{
		"the root that signs":     {server: mine},
		"nobody":                  {server: other, warns: "the timestamp may be anybody's: nothing trusted vouches for Example TSA of Other CA"},
		"the root that was named": {server: other, roots: roots(other.root)},
		"another than was named":  {server: mine, roots: roots(other.root), refuses: "nothing trusted vouches for Example TSA of Example Developer ID CA"},
	} {
		t.Run(name, func(t *testing.T) {
			signer, err := sign.New(raw, password, sign.Config{Now: clock, TimestampURL: serve(t, opensslTSA(t, c.server)), TimestampRoots: c.roots})
			require.NoError(t, err)
			_, _, err = signer.SignTOC(t.Context(), digests()[crypto.SHA1], crypto.SHA1)
			if c.refuses != "" {
				require.ErrorContains(t, err, c.refuses)
				return
			}
			require.NoError(t, err)
			if c.warns == "" {
				require.Empty(t, signer.Warnings())
				return
			}
			require.Len(t, signer.Warnings(), 1)
			require.Contains(t, signer.Warnings()[0], c.warns)
			require.Contains(t, signer.Warnings()[0], "name its root with --timestamp-root")
		})
	}
}

// A certificate for something else stamps as well as any, and no Mac takes it.
func TestACertificateThatMayNotStamp(t *testing.T) {
	a := newAuthority(t)
	leaf := issue(t, template("Example Web Server", 21), a.inter, keys()[3].Public(), a.interKey)
	stamp := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil {
			body, err = stampWith(leaf, keys()[3], body)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/timestamp-reply")
		_, _ = w.Write(body)
	})
	signer := newSigner(t, sign.Config{TimestampURL: serve(t, stamp)})
	_, _, err := signer.SignTOC(t.Context(), digests()[crypto.SHA1], crypto.SHA1)
	require.ErrorContains(t, err, "Example Web Server may not make timestamps")
}

// stampWith answers a query with any certificate, which openssl would not do.
func stampWith(cert *x509.Certificate, key *rsa.PrivateKey, query []byte) ([]byte, error) {
	var asked struct {
		Version int
		Imprint asn1.RawValue
		Nonce   *big.Int
		CertReq bool
	}
	if _, err := asn1.Unmarshal(query, &asked); err != nil {
		return nil, err
	}
	info, err := asn1.Marshal(struct {
		Version int
		Policy  asn1.ObjectIdentifier
		Imprint asn1.RawValue
		Serial  int
		Time    time.Time `asn1:"generalized"`
		Nonce   *big.Int
	}{1, asn1.ObjectIdentifier{1, 2, 3, 4}, asked.Imprint, 1, now, asked.Nonce})
	if err != nil {
		return nil, err
	}
	signed, err := pkcs7.NewSignedData(info)
	if err != nil {
		return nil, err
	}
	if err := signed.AddSigner(cert, key, pkcs7.SignerInfoConfig{}); err != nil {
		return nil, err
	}
	token, err := signed.Finish()
	if err != nil {
		return nil, err
	}
	return asn1.Marshal(struct {
		Status struct{ Status int }
		Token  asn1.RawValue
	}{Token: asn1.RawValue{FullBytes: token}})
}

// A person who presses ^C does not wait for a server that says nothing.
func TestTimestampEndsWithTheContext(t *testing.T) {
	asked := make(chan struct{})
	silent := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		close(asked)
		<-r.Context().Done()
	})
	signer := newSigner(t, sign.Config{TimestampURL: serve(t, silent)})
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-asked; cancel() }()
	_, _, err := signer.SignTOC(ctx, digests()[crypto.SHA1], crypto.SHA1)
	require.ErrorIs(t, err, context.Canceled)
}

func TestTimestampURLs(t *testing.T) {
	a := newAuthority(t)
	raw := a.p12(t, pkcs12.Modern, a.leaf(t, installer))
	for address, says := range map[string]string{
		"timestamp.apple.com/ts01":   "no http or https server",
		"ftp://timestamp.apple.com":  "no http or https server",
		"http://me:secret@localhost": "holds a user name",
		"http://%zz":                 "no http or https server",
	} {
		_, err := sign.New(raw, password, sign.Config{Now: clock, TimestampURL: address})
		require.ErrorContains(t, err, says)
		require.NotContains(t, err.Error(), "secret")
	}
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	signer, err := sign.New(raw, password, sign.Config{Now: clock, TimestampURL: server.URL})
	require.NoError(t, err)
	_, _, err = signer.SignTOC(t.Context(), digests()[crypto.SHA1], crypto.SHA1)
	require.ErrorContains(t, err, "try again, or sign without a timestamp")
}
