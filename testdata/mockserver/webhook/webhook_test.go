package webhook_test

import (
	"context"
	"errors"
	"io"
	"net/http"
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

func TestMask(t *testing.T) {
	for raw, want := range map[string]string{
		"https://x.example.com/a?b=c":                 "https://x.example.com/a?b=c",
		"https://x.example.com/?mySecretKey=a":        "https://x.example.com/?mySecretKey=MASKED",
		"https://x.example.com/?PASSWORD=a&id=1":      "https://x.example.com/?PASSWORD=MASKED&id=1",
		"https://x.example.com/?access_token=a&key=b": "https://x.example.com/?access_token=MASKED&key=MASKED",
		"https://jo:pass@x.example.com/":              "https://jo:MASKED@x.example.com/",
		"https://x.example.com/%zz?token=a":           "MASKED",
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
