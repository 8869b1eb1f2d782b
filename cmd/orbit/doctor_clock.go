package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"
)

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
