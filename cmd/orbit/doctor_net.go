package main

import (
	"context"
	"errors"
	"net"
	"net/url"
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
