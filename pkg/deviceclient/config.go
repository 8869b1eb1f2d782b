package deviceclient

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/hashicorp/go-cleanhttp"
)

// Config is how to reach a server. Only ServerURL is required, and Token for
// the device endpoints.
type Config struct {
	ServerURL   string                 // a path in it is kept
	Token       func() (string, error) // read on every call
	RootCA      string                 // PEM file; then these authorities only
	ClientCert  string                 // PEM content
	ClientKey   string                 // PEM content
	Insecure    bool                   // no verification, and http allowed
	BrowserHost string                 // host[:port] for links that a browser opens
	UserAgent   string
}

// parseServer checks the server's URL. Plain http is for the loopback host
// only, compared as a host: "localhost.evil.example" is none.
func (c Config) parseServer() (*url.URL, error) {
	u, err := url.Parse(c.ServerURL)
	if err != nil {
		return nil, errors.New("the server URL can't be read; write it like https://fleet.example.com")
	}
	switch {
	case u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http":
		return nil, fmt.Errorf("the server URL %q needs a scheme and a host, like https://fleet.example.com", u.Redacted())
	case u.User != nil:
		return nil, errors.New("the server URL must not hold a user name or password; take them out")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, fmt.Errorf("the server URL %q must not hold a query or fragment", u.Redacted())
	case u.Scheme == "http" && !c.Insecure && !loopback(u.Hostname()):
		return nil, fmt.Errorf("the server URL %q is not encrypted; use https (or set insecure, for tests only)", u.Redacted())
	}
	u.Path, u.RawPath = strings.TrimRight(u.Path, "/"), strings.TrimRight(u.RawPath, "/")
	return u, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// keepIdle is how long a connection waits for the next call: long enough for
// the calls of one migration, shorter than the minute after which load
// balancers commonly drop it.
const keepIdle = 50 * time.Second

// httpClient has no timeout of its own: every call has a deadline. One idle
// connection is kept for calls that follow each other. Between two polls lie
// minutes; for those TLS sessions are kept, which halves what a new connection
// costs.
func (c Config) httpClient(server *url.URL) (*http.Client, error) {
	conf, err := c.tls()
	if err != nil {
		return nil, err
	}
	transport := cleanhttp.DefaultPooledTransport()
	transport.TLSClientConfig = conf
	transport.MaxIdleConns, transport.MaxIdleConnsPerHost, transport.IdleConnTimeout = 1, 1, keepIdle
	transport.MaxResponseHeaderBytes = 64 << 10
	return &http.Client{Transport: transport, CheckRedirect: sameServer(server)}, nil
}

func (c Config) tls() (*tls.Config, error) {
	conf := &tls.Config{MinVersion: tls.VersionTLS12, ClientSessionCache: tls.NewLRUClientSessionCache(4), InsecureSkipVerify: c.Insecure}
	if c.RootCA != "" {
		pem, err := os.ReadFile(c.RootCA)
		if err != nil {
			return nil, fmt.Errorf("reading root CA file: %w", err)
		}
		conf.RootCAs = x509.NewCertPool()
		if !conf.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("root CA file %s holds no PEM certificate", c.RootCA)
		}
		// A named authority is a wish to verify; it wins over insecure.
		conf.InsecureSkipVerify = false
	}
	if c.ClientCert != "" || c.ClientKey != "" {
		pair, err := tls.X509KeyPair([]byte(c.ClientCert), []byte(c.ClientKey))
		if err != nil {
			return nil, errors.New("client certificate and key don't fit each other, or are not PEM") // the cause could quote the key
		}
		conf.Certificates = []tls.Certificate{pair}
	}
	return conf, nil
}

// RootMark tells one content of a root CA file from another without reading it.
// A client trusts what the file held when it was made: compare marks, and make
// another client once they differ.
type RootMark struct {
	at   time.Time
	size int64
}

// MarkRoot marks the file as it is now; one that is not there has the zero mark.
func MarkRoot(path string) RootMark {
	info, err := os.Stat(path)
	if err != nil {
		return RootMark{}
	}
	return RootMark{info.ModTime(), info.Size()}
}

// sameServer lets no redirect carry the token to another host or off TLS, nor
// turn a request into another one: a POST that became a GET has done nothing.
func sameServer(server *url.URL) func(*http.Request, []*http.Request) error {
	return func(req *http.Request, via []*http.Request) error {
		if !strings.EqualFold(req.URL.Host, server.Host) || req.URL.Scheme != server.Scheme || req.Method != via[0].Method {
			return ErrNotJSON
		}
		if len(via) > 3 {
			return errors.New("the server redirects in a circle")
		}
		return nil
	}
}
