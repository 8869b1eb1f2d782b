package main

import (
	"context"
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

	"fleetmigrate/pkg/deviceclient"
)

const netTimeout = 10 * time.Second

// server is the server's URL; nil where none is configured.
func (p *patient) server() *url.URL {
	u, err := url.Parse(p.c.Policy.FleetURL)
	if err != nil || u.Host == "" {
		return nil
	}
	return u
}

func noServer() []finding {
	return []finding{bad(fail, "configure a Fleet server first", "there is no server to ask")}
}

func (p *patient) dns(ctx context.Context) []finding {
	u := p.server()
	if u == nil {
		return noServer()
	}
	ctx, cancel := context.WithTimeout(ctx, netTimeout)
	defer cancel()
	addresses, err := net.DefaultResolver.LookupHost(ctx, u.Hostname())
	if err != nil {
		return []finding{bad(fail, "check the name in fleet-url, and this Mac's network and DNS: dscacheutil -q host -a name "+u.Hostname(), "%s has no address: %v", u.Hostname(), err)}
	}
	return []finding{good("%s is %s", u.Hostname(), strings.Join(addresses, ", "))}
}

// tls verifies the server as the daemon does, and shows whose certificates
// came instead where that fails.
func (p *patient) tls(ctx context.Context) []finding {
	u := p.server()
	switch {
	case u == nil:
		return noServer()
	case u.Scheme == "http":
		return []finding{bad(warn, "use https; http is for tests", "%s is not encrypted", u.Host)}
	}
	roots, err := p.roots()
	if err != nil {
		return []finding{bad(fail, "correct the option fleet-certificate", "%v", err)}
	}
	state, err := handshake(ctx, u, &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12})
	if err == nil {
		leaf := state.PeerCertificates[0]
		return []finding{good("%s, certificate of %s, good until %s", tls.VersionName(state.Version), leaf.Subject.CommonName, leaf.NotAfter.Format(time.DateOnly))}
	}
	f := bad(fail, "if the network inspects TLS, exempt this server or set fleet-certificate; else renew the server's certificate", "%v", err)
	// Once more without verifying, only to see what was sent.
	if state, err := handshake(ctx, u, &tls.Config{InsecureSkipVerify: true}); err == nil {
		f.Says += "; the chain that was sent: " + chain(state.PeerCertificates)
	} else {
		f.Fix = "check that the server, or a proxy in between, is up and speaks TLS on this port"
	}
	return []finding{f}
}

func (p *patient) roots() (*x509.CertPool, error) {
	if p.c.Policy.RootCA == "" {
		return nil, nil // the system's
	}
	pem, err := os.ReadFile(p.c.Policy.RootCA)
	if err != nil {
		return nil, fmt.Errorf("reading the certificate authorities: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s holds no PEM certificate", p.c.Policy.RootCA)
	}
	return pool, nil
}

func handshake(ctx context.Context, u *url.URL, conf *tls.Config) (tls.ConnectionState, error) {
	ctx, cancel := context.WithTimeout(ctx, netTimeout)
	defer cancel()
	port := u.Port()
	if port == "" {
		port = "443"
	}
	conn, err := (&tls.Dialer{Config: conf}).DialContext(ctx, "tcp", net.JoinHostPort(u.Hostname(), port))
	if err != nil {
		return tls.ConnectionState{}, err
	}
	defer conn.Close()
	return conn.(*tls.Conn).ConnectionState(), nil
}

func chain(certs []*x509.Certificate) string {
	var links []string
	for _, c := range certs {
		links = append(links, fmt.Sprintf("%s issued by %s, valid %s to %s", nameOf(c.Subject.CommonName, c.Subject.String()), nameOf(c.Issuer.CommonName, c.Issuer.String()),
			c.NotBefore.Format(time.DateOnly), c.NotAfter.Format(time.DateOnly)))
	}
	return strings.Join(links, " <- ")
}

func nameOf(common, whole string) string {
	if common != "" {
		return common
	}
	return whole
}

func (p *patient) client(token func() (string, error)) (*deviceclient.Client, *deviceclient.Orbit, error) {
	conf := deviceclient.Config{ServerURL: p.c.Policy.FleetURL, RootCA: p.c.Policy.RootCA, Insecure: p.c.Policy.Insecure, Token: token, UserAgent: "orbit-doctor/" + buildVersion()}
	device, err1 := deviceclient.New(conf)
	orbit, err2 := deviceclient.NewOrbit(conf)
	return device, orbit, errors.Join(err1, err2)
}

func (p *patient) endpoints(ctx context.Context) (found []finding) {
	if p.server() == nil {
		return noServer()
	}
	device, orbit, err := p.client(nil)
	if err != nil {
		return []finding{bad(fail, "correct the configuration", "%v", err)}
	}
	for _, e := range []struct {
		name string
		ask  func(context.Context) error
	}{{"orbit (/api/fleet/orbit/…)", orbit.Ping}, {"device (/api/fleet/device/…)", device.Ping}} {
		if err := e.ask(ctx); err != nil {
			found = append(found, bad(fail, "let these paths through to the Fleet server; all of them are below /api/fleet/, /api/latest/fleet/ and /api/osquery/", "%s: %v", e.name, err))
			continue
		}
		found = append(found, good("%s answers", e.name))
	}
	return found
}

// clock compares this Mac's with the server's, which is in every answer.
func (p *patient) clock(ctx context.Context) []finding {
	if p.server() == nil {
		return noServer()
	}
	device, _, err := p.client(nil)
	if err != nil {
		return []finding{bad(fail, "correct the configuration", "%v", err)}
	}
	ctx, cancel := context.WithTimeout(ctx, netTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, strings.TrimRight(p.c.Policy.FleetURL, "/")+"/api/fleet/orbit/ping", nil)
	if err != nil {
		return []finding{bad(fail, "correct fleet-url", "the server's URL can't be used")}
	}
	reply, err := device.HTTPClient().Do(req)
	if err != nil {
		return []finding{bad(warn, "mend the connection first", "the server's clock can't be read")}
	}
	reply.Body.Close()
	theirs, err := http.ParseTime(reply.Header.Get("Date"))
	if err != nil {
		return []finding{bad(warn, "look at what stands before the server", "the server does not say what time it is")}
	}
	skew := time.Until(theirs)
	says := fmt.Sprintf("this Mac's clock and the server's are %s apart", skew.Abs().Round(time.Second))
	switch {
	case skew.Abs() > 5*time.Minute:
		return []finding{bad(fail, "sudo sntp -sS time.apple.com, and turn on automatic time", "%s", says)}
	case skew.Abs() > time.Minute:
		return []finding{bad(warn, "sudo sntp -sS time.apple.com", "%s", says)}
	}
	return []finding{good("%s", says)}
}

func (p *patient) tokenAtServer(ctx context.Context, token string) []finding {
	if p.server() == nil {
		return noServer()
	}
	device, _, err := p.client(func() (string, error) { return token, nil })
	if err == nil {
		err = device.CheckToken(ctx)
	}
	switch {
	case errors.Is(err, deviceclient.ErrUnauthenticated):
		return []finding{bad(fail, "wait: the daemon sees this within its interval and makes another; or restart it", "the server refuses the person's token")}
	case err != nil:
		return []finding{bad(fail, "mend the connection first", "%v", err)}
	}
	return []finding{good("the person at the screen has a token, and the server takes it")}
}
