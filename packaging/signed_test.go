package packaging_test

import (
	"bytes"
	"compress/zlib"
	"crypto"
	"encoding/binary"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"fleetmigrate/packaging/sign"
)

// authority is a folder with a root, an installer's identity as a .p12 and a
// timestamp server, all made by openssl.
type authority struct {
	t   *testing.T
	dir string
}

func newAuthority(t *testing.T) authority {
	t.Helper()
	a := authority{t, t.TempDir()}
	a.write("installer.cnf", "extendedKeyUsage=1.2.840.113635.100.4.13\nkeyUsage=critical,digitalSignature\n1.2.840.113635.100.6.1.14=critical,DER:0500\n")
	a.write("tsa.ext", "extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n")
	a.write("tsa.conf", "[tsa]\ndefault_tsa=main\n[main]\nserial=serial\nsigner_cert=tsa.pem\ncerts=root.pem\nsigner_key=tsa.key\nsigner_digest=sha256\ndefault_policy=1.2.3.4\ndigests=sha256\n")
	a.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "root.key", "-out", "root.pem", "-days", "90", "-subj", "/CN=Example Root")
	for name, extensions := range map[string]string{"installer": "installer.cnf", "tsa": "tsa.ext"} {
		a.openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", name+".key", "-out", name+".csr", "-subj", "/CN=Example "+name)
		a.openssl("x509", "-req", "-in", name+".csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-days", "60", "-out", name+".pem", "-extfile", extensions)
	}
	a.openssl("pkcs12", "-export", "-inkey", "installer.key", "-in", "installer.pem", "-certfile", "root.pem", "-out", "id.p12", "-passout", "pass:secret")
	return a
}

func (a authority) path(name string) string { return filepath.Join(a.dir, name) }

func (a authority) write(name, content string) {
	a.t.Helper()
	require.NoError(a.t, os.WriteFile(a.path(name), []byte(content), 0o600))
}

func (a authority) openssl(args ...string) string {
	a.t.Helper()
	cmd := exec.CommandContext(a.t.Context(), "openssl", args...)
	cmd.Dir = a.dir
	out, err := cmd.CombinedOutput()
	require.NoError(a.t, err, "openssl %v: %s", args, out)
	return string(out)
}

// timestamps answers queries with openssl's own authority.
func (a authority) timestamps() string {
	a.t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		_ = os.WriteFile(a.path("query"), query, 0o600)
		cmd := exec.Command("openssl", "ts", "-reply", "-config", "tsa.conf", "-queryfile", "query", "-out", "reply")
		cmd.Dir = a.dir
		if out, err := cmd.CombinedOutput(); err != nil {
			http.Error(w, string(out), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/timestamp-reply")
		reply, _ := os.ReadFile(a.path("reply"))
		_, _ = w.Write(reply)
	}))
	a.t.Cleanup(server.Close)
	return server.URL
}

// signatures takes out of a package what is signed and by what: the digest that
// heads the heap and the two signatures, where the table of contents says.
func signatures(t *testing.T, name string) (digest, rsa, cms []byte) {
	t.Helper()
	raw, err := os.ReadFile(name)
	require.NoError(t, err)
	packed := binary.BigEndian.Uint64(raw[8:])
	stream, err := zlib.NewReader(bytes.NewReader(raw[28 : 28+packed]))
	require.NoError(t, err)
	toc, err := io.ReadAll(stream)
	require.NoError(t, err)
	heap := raw[28+packed:]
	part := func(element string) []byte {
		found := regexp.MustCompile(`(?s)<` + element + `[^>]*>.*?</` + element + `>`).Find(toc)
		number := func(name string) int {
			text := regexp.MustCompile(`<` + name + `>(\d+)</`).FindSubmatch(found)
			require.NotNil(t, text, "%s of %s in %s", name, element, found)
			n, err := strconv.Atoi(string(text[1]))
			require.NoError(t, err)
			return n
		}
		at := number("offset")
		return heap[at : at+number("size")]
	}
	return part("checksum"), part("signature"), part("x-signature")
}

// A whole package, signed and stamped, as openssl sees it: both signatures are
// over the digest of the table of contents, and the stamp is over the second.
func TestOpensslVerifiesASignedPackage(t *testing.T) {
	a := newAuthority(t)
	signer, err := sign.Open(a.path("id.p12"), "secret", sign.Config{TimestampURL: a.timestamps()})
	require.NoError(t, err)
	require.Empty(t, signer.Warnings())
	for _, hash := range []crypto.Hash{crypto.SHA1, crypto.SHA256} {
		t.Run(hash.String(), func(t *testing.T) {
			opts := options(t)
			opts.Signer, opts.Hash = signer, hash
			name := build(t, opts)
			sound(t, name)
			digest, rsa, cms := signatures(t, name)
			a.write("digest", string(digest))
			a.write("rsa", string(rsa))
			a.write("cms", string(cms[:4+int(binary.BigEndian.Uint16(cms[2:]))])) // DER: 30 82 and two bytes of length
			a.openssl("x509", "-in", "installer.pem", "-pubkey", "-noout", "-out", "installer.pub")
			a.openssl("pkeyutl", "-verify", "-pubin", "-inkey", "installer.pub", "-in", "digest", "-sigfile", "rsa",
				"-pkeyopt", "digest:"+strings.ToLower(strings.ReplaceAll(hash.String(), "-", "")))
			require.Contains(t, a.openssl("cms", "-verify", "-binary", "-inform", "DER", "-in", "cms", "-content", "digest", "-out", os.DevNull,
				"-CAfile", "root.pem", "-purpose", "any", "-ignore_critical"), "CMS Verification successful")
			require.Contains(t, a.openssl("cms", "-cmsout", "-print", "-inform", "DER", "-in", "cms"), "id-smime-aa-timeStampToken")
		})
	}
}
