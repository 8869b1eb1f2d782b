package webhook_test

import (
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/testdata/mockserver/webhook"
)

// transport answers without a network.
type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestSilenceEndsAfterThirtySeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := webhook.Sender{Client: &http.Client{Transport: transport(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		})}}
		r := s.Send(t.Context(), "https://x.example.com/?token=abc", webhook.Payload{})
		require.Equal(t, 30*time.Second, r.Duration)
		require.Zero(t, r.Status)
		require.ErrorIs(t, r.Err, context.DeadlineExceeded)
		require.True(t, strings.HasPrefix(r.Err.Error(), "failed to POST to https://x.example.com/?token=MASKED: "), r.Err.Error())
		require.NotContains(t, r.Err.Error(), "abc")
	})
}

func TestASlowReceiverHasThirtySeconds(t *testing.T) {
	for wait, taken := range map[time.Duration]bool{29 * time.Second: true, 31 * time.Second: false} {
		synctest.Test(t, func(t *testing.T) {
			s := webhook.Sender{Client: &http.Client{Transport: transport(func(r *http.Request) (*http.Response, error) {
				select {
				case <-time.After(wait):
					return &http.Response{StatusCode: 200, Body: http.NoBody}, nil
				case <-r.Context().Done():
					return nil, r.Context().Err()
				}
			})}}
			r := s.Send(t.Context(), "https://x.example.com/", webhook.Payload{})
			require.Equal(t, taken, r.Err == nil, r.Err)
		})
	}
}

func TestReceiversThatCannotBeSpokenTo(t *testing.T) {
	quiet := log.New(io.Discard, "", 0)
	untrusted := httptest.NewUnstartedServer(http.NotFoundHandler())
	untrusted.Config.ErrorLog = quiet
	untrusted.StartTLS()
	t.Cleanup(untrusted.Close)
	round := httptest.NewServer(http.RedirectHandler("/", http.StatusFound))
	t.Cleanup(round.Close)
	for name, c := range map[string]struct{ address, sees string }{
		"a certificate that nobody signed": {untrusted.URL, "certificate"},
		"no TLS there":                     {strings.Replace(round.URL, "http:", "https:", 1), "server gave HTTP response to HTTPS client"},
		"redirects without end":            {round.URL, "stopped after 10 redirects"},
		"no address in the URL":            {"https://", "no Host in request URL"},
	} {
		r := webhook.Sender{}.Send(t.Context(), c.address, webhook.Payload{})
		require.ErrorContains(t, r.Err, "failed to POST to "+strings.TrimSuffix(c.address, "//"), name)
		require.ErrorContains(t, r.Err, c.sees, name)
		require.Zero(t, r.Status, name)
	}
}

func TestAnswerIsCutAndMasked(t *testing.T) {
	long := "you sent abc and p4ss " + strings.Repeat("x", 5000)
	s := webhook.Sender{Client: &http.Client{Transport: transport(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 418, Body: io.NopCloser(strings.NewReader(long))}, nil
	})}}
	r := s.Send(t.Context(), "https://jo:p4ss@x.example.com/?token=abc", webhook.Payload{})
	require.Equal(t, 418, r.Status)
	require.True(t, strings.HasPrefix(r.Body, "you sent MASKED and MASKED "), r.Body)
	require.LessOrEqual(t, len(r.Body), 520)
	require.EqualError(t, r.Err, "error posting to https://jo:MASKED@x.example.com/?token=MASKED: 418. "+r.Body)
}

// Receivers quote what they got: as it stood in the URL, or decoded.
func TestAnswerHoldsNoSecretInAnyForm(t *testing.T) {
	const address = "https://jo:p%40ss@x.example.com/hook?token=a%2Fb%20c;key=broken%zz"
	for _, c := range []struct{ answer, kept string }{
		{"GET /hook?token=a%2Fb%20c", "GET /hook?token=MASKED"},
		{"token a/b c is not known", "token MASKED is not known"},
		{"token=a%2Fb+c", "token=MASKED"},
		{"key broken%zz, broken%25zz", "key MASKED, MASKED"},
		{"who is p@ss or p%40ss?", "who is MASKED or MASKED?"},
		{strings.Repeat("x", 510) + "a/b c", strings.Repeat("x", 510) + "MASKED"},
		{strings.Repeat("x", 511) + "a", strings.Repeat("x", 511) + "MASKED"},
		{strings.Repeat("x", 511) + "é", strings.Repeat("x", 511) + "\uFFFD"},
	} {
		s := webhook.Sender{Client: &http.Client{Transport: transport(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 500, Body: io.NopCloser(strings.NewReader(c.answer))}, nil
		})}}
		r := s.Send(t.Context(), address, webhook.Payload{})
		require.Equal(t, c.kept, r.Body)
		require.EqualError(t, r.Err, "error posting to https://jo:MASKED@x.example.com/hook?token=MASKED;key=MASKED: 500. "+c.kept)
	}
}

func TestRedirectsHoldNoSecret(t *testing.T) {
	for location, sees := range map[string]string{
		"https://y.example.com/?token=other":  `Post "https://y.example.com/?token=MASKED": refused`,
		"https://y.example.com/%zz?token=abc": `failed to parse Location header "https://y.example.com/%zz?token=MASKED"`,
	} {
		s := webhook.Sender{Client: &http.Client{Transport: transport(func(r *http.Request) (*http.Response, error) {
			if r.URL.Host != "x.example.com" {
				return nil, errors.New("refused")
			}
			return &http.Response{StatusCode: 302, Header: http.Header{"Location": {location}}, Body: http.NoBody, Request: r}, nil
		})}}
		r := s.Send(t.Context(), "https://x.example.com/?token=abc", webhook.Payload{})
		require.ErrorContains(t, r.Err, sees)
		require.NotContains(t, r.Err.Error(), "abc")
		require.NotContains(t, r.Err.Error(), "other")
	}
}

func TestMask(t *testing.T) {
	for raw, want := range map[string]string{
		"https://x.example.com/a?b=c":                 "https://x.example.com/a?b=c",
		"https://x.example.com/?mySecretKey=a":        "https://x.example.com/?mySecretKey=MASKED",
		"https://x.example.com/?PASSWORD=a&id=1":      "https://x.example.com/?PASSWORD=MASKED&id=1",
		"https://x.example.com/?access_token=a&key=b": "https://x.example.com/?access_token=MASKED&key=MASKED",
		"https://jo:pass@x.example.com/":              "https://jo:MASKED@x.example.com/",
		"https://x.example.com/%zz?token=a":           "MASKED",
		"https://x.example.com/?token=a%zz&b=%zz":     "https://x.example.com/?token=MASKED&b=%zz",
		"https://x.example.com/?a=1;token=b":          "https://x.example.com/?a=1;token=MASKED",
		"https://x.example.com/?tok%65n=a&b=%20c":     "https://x.example.com/?tok%65n=MASKED&b=%20c",
		"https://x.example.com/?token=a&token=ab&&b=": "https://x.example.com/?token=MASKED&token=MASKED&&b=",
		"https://ghp_1@x.example.com/":                "https://MASKED@x.example.com/",
		"https://x.example.com/#token=a":              "https://x.example.com/#MASKED",
	} {
		require.Equal(t, want, webhook.Mask(raw))
	}
}

func TestConnectionErrorsHoldNoSecret(t *testing.T) {
	s := webhook.Sender{Client: &http.Client{Transport: transport(func(*http.Request) (*http.Response, error) { return nil, errors.New("refused") })}}
	r := s.Send(t.Context(), "https://x.example.com/?secret=abc", webhook.Payload{})
	require.EqualError(t, r.Err, `failed to POST to https://x.example.com/?secret=MASKED: Post "https://x.example.com/?secret=MASKED": refused, request-size=83`)
	r = s.Send(t.Context(), "://abc", webhook.Payload{})
	require.ErrorContains(t, r.Err, "failed to POST to MASKED")
	require.NotContains(t, r.Err.Error(), "abc")
}
