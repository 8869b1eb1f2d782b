package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/urfave/cli/v3"
)

// callTimeout bounds one call of the command line.
const callTimeout = 60 * time.Second

// maxAnswer bounds what is read of an answer.
const maxAnswer = 64 << 20

func clientFlags(more ...cli.Flag) []cli.Flag {
	return append([]cli.Flag{
		&cli.StringFlag{Name: "server", Usage: "`URL` of the server", Required: true, Sources: cli.EnvVars("MOCKSERVER_URL")},
		&cli.StringFlag{Name: "token", Usage: "API token", Required: true, Sources: cli.EnvVars("MOCKSERVER_TOKEN")},
		&cli.StringFlag{Name: "ca", Usage: "`FILE` with the CA certificate of a server that runs with --tls"},
	}, more...)
}

// client calls the server's API as a person with an API token.
type client struct {
	base, token string
	http        *http.Client
}

func newClient(cmd *cli.Command) (*client, error) {
	base := strings.TrimSuffix(cmd.String("server"), "/")
	u, err := url.Parse(base)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return nil, fmt.Errorf("--server is %q: want a URL such as http://127.0.0.1:8080", cmd.String("server"))
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	if file := cmd.String("ca"); file != "" {
		pem, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("reading --ca: %w", err)
		}
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("reading --ca: %s holds no certificate in PEM form", file)
		}
		transport.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	}
	return &client{base: base, token: cmd.String("token"), http: &http.Client{Timeout: callTimeout, Transport: transport}}, nil
}

// serverError is an answer that is no success, in Fleet's error shape.
type serverError struct {
	Method, Path string
	Status       int
	Message      string
	Errors       []struct{ Name, Reason string }
}

// Error reads like fleetctl's: what was asked, the status, the message and each reason.
func (e *serverError) Error() string {
	text := fmt.Sprintf("%s %s received status %d %s", e.Method, e.Path, e.Status, e.Message)
	for _, f := range e.Errors {
		if f.Reason == "" || f.Reason == e.Message {
			continue
		}
		if text += "\n  "; f.Name != "base" {
			text += f.Name + ": "
		}
		text += f.Reason
	}
	return text
}

// call returns the body of a 200. A nil body sends none.
func (c *client) call(ctx context.Context, method, path string, body []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("making the request: %w", err)
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, fmt.Errorf("calling the server: %w", err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return nil, fmt.Errorf("reading the answer: %w", err)
	}
	path, _, _ = strings.Cut(path, "?")
	refused := &serverError{Method: method, Path: path, Status: resp.StatusCode}
	if err := json.Unmarshal(answer, refused); err != nil {
		return nil, errors.Join(refused, errors.New("the answer is not JSON: is --server the address of a Fleet server?"))
	}
	if resp.StatusCode == http.StatusOK {
		return answer, nil
	}
	return nil, refused
}

// noArguments refuses what would be left aside in silence.
func noArguments(cmd *cli.Command) error {
	if cmd.Args().Present() {
		return fmt.Errorf("%s takes no argument, got %q", cmd.FullName(), cmd.Args().First())
	}
	return nil
}
