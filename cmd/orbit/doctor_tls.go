package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"fleetmigrate/agent/atomicfile"
)

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

// maxCertificates is more than every authority that macOS brings.
const maxCertificates = 4 << 20

func (p *patient) roots() (*x509.CertPool, error) {
	if p.c.Policy.RootCA == "" {
		return nil, nil // the system's
	}
	pem, err := atomicfile.Read(p.c.Policy.RootCA, maxCertificates)
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
