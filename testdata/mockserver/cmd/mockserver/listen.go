package main

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/url"
	"path/filepath"

	"github.com/urfave/cli/v3"
)

// publicAddress is how hosts reach the server; none was given where it is empty.
func publicAddress(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if text != "" && (err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "") {
		return nil, fmt.Errorf("--server-url is %q: want a URL such as https://fleet.example.com:8443", text)
	}
	return u, nil
}

// everywhere reports whether a server listens on all addresses, which is none to connect to.
func everywhere(host string) bool {
	ip := net.ParseIP(host)
	return host == "" || (ip != nil && ip.IsUnspecified())
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}

// authorityFolder is where the CA is kept: as asked for, else beside the state, else only until the end.
func authorityFolder(cmd *cli.Command, scratch string) string {
	switch dir, state := cmd.String("tls-dir"), cmd.String("state"); {
	case dir != "":
		return dir
	case state != "":
		return state + ".tls"
	}
	return filepath.Join(scratch, "tls")
}

// secure makes the listener speak TLS and returns the line that says where the CA is.
func secure(ln net.Listener, dir string, hosts ...string) (net.Listener, string, error) {
	ca, err := openAuthority(dir)
	if err != nil {
		return nil, "", err
	}
	cert, err := ca.issue(hosts...)
	if err != nil {
		return nil, "", err
	}
	cfg := &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}
	return tls.NewListener(ln, cfg), "CA certificate: " + ca.path + "\n", nil
}
