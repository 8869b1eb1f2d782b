package sign

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/smallstep/pkcs7"
)

// maxToken caps a timestamp server's answer; the usual one has 5 to 7 KiB.
const maxToken = 64 << 10

// timestamper asks one RFC 3161 server.
type timestamper struct {
	url    string
	client *http.Client
	roots  *x509.CertPool      // that a token has to lead to; nil is trust's choice
	own    []*x509.Certificate // of the identity that signs
	now    func() time.Time
	doubt  string // about the last token; empty is none
}

type messageImprint struct {
	Algorithm pkix.AlgorithmIdentifier
	Hash      []byte
}

type timestampRequest struct {
	Version int
	Imprint messageImprint
	Nonce   *big.Int
	CertReq bool
}

type timestampResponse struct {
	Status struct {
		Status int
		Text   []asn1.RawValue `asn1:"optional"`
		Fail   asn1.BitString  `asn1:"optional"`
	}
	Token asn1.RawValue `asn1:"optional"`
}

// tstInfo is the signed part of a token, as far as it is checked here.
type tstInfo struct {
	Version  int
	Policy   asn1.ObjectIdentifier
	Imprint  messageImprint
	Serial   *big.Int
	Time     asn1.RawValue // servers write fractions that encoding/asn1 refuses
	Accuracy struct {
		Seconds int `asn1:"optional"`
		Millis  int `asn1:"optional,tag:0"`
		Micros  int `asn1:"optional,tag:1"`
	} `asn1:"optional"`
	Ordering bool     `asn1:"optional"`
	Nonce    *big.Int `asn1:"optional"`
}

func newTimestamper(cfg Config, own []*x509.Certificate) (*timestamper, error) {
	if cfg.TimestampURL == "" {
		return nil, nil
	}
	parsed, err := url.Parse(cfg.TimestampURL)
	switch {
	case err != nil || parsed.Host == "" || (parsed.Scheme != "http" && parsed.Scheme != "https"):
		return nil, fmt.Errorf("reading timestamp URL: it has no http or https server; Apple's is http://timestamp.apple.com/ts01")
	case parsed.User != nil:
		return nil, fmt.Errorf("reading timestamp URL: it holds a user name; timestamp servers need none")
	}
	client := cfg.HTTPClient
	if client == nil {
		client = &http.Client{Timeout: 30 * time.Second}
	}
	return &timestamper{url: cfg.TimestampURL, client: client, roots: cfg.TimestampRoots, own: own, now: cfg.Now}, nil
}

// stamp returns the token for a signature, checked to be the server's signed
// answer to exactly this request.
func (t *timestamper) stamp(ctx context.Context, signature []byte) ([]byte, error) {
	sum := sha256.Sum256(signature)
	nonce, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 64))
	if err != nil {
		return nil, fmt.Errorf("drawing timestamp nonce: %w", err)
	}
	request := timestampRequest{Version: 1, Imprint: messageImprint{sha256Algorithm, sum[:]}, Nonce: nonce, CertReq: true}
	answer, err := t.ask(ctx, request)
	if err != nil {
		return nil, fmt.Errorf("asking timestamp server %s: %w", t.url, err)
	}
	token, err := answer.token()
	if err != nil {
		return nil, fmt.Errorf("asking timestamp server %s: %w", t.url, err)
	}
	if t.doubt, err = t.check(token, request); err != nil {
		return nil, fmt.Errorf("checking the answer of timestamp server %s: %w", t.url, err)
	}
	return token, nil
}

func (t *timestamper) ask(ctx context.Context, request timestampRequest) (timestampResponse, error) {
	var answer timestampResponse
	body, err := asn1.Marshal(request)
	if err != nil {
		return answer, err
	}
	query, err := http.NewRequestWithContext(ctx, http.MethodPost, t.url, bytes.NewReader(body))
	if err != nil {
		return answer, err
	}
	query.Header.Set("Content-Type", "application/timestamp-query")
	response, err := t.client.Do(query)
	if err != nil {
		return answer, fmt.Errorf("%w; try again, or sign without a timestamp", err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(response.Body, maxToken))
	if err != nil {
		return answer, err
	}
	if kind := response.Header.Get("Content-Type"); response.StatusCode != http.StatusOK || !strings.HasPrefix(kind, "application/timestamp-reply") {
		return answer, fmt.Errorf("it answered %s with %q; check that this is a timestamp server's URL", response.Status, kind)
	}
	rest, err := asn1.Unmarshal(raw, &answer)
	if err != nil {
		return answer, fmt.Errorf("its answer is not a timestamp response: %w", err)
	}
	if len(rest) > 0 {
		return answer, fmt.Errorf("its answer has %d bytes too many", len(rest))
	}
	return answer, nil
}

// token gives the token out of a granted response (RFC 3161, 2.4.2).
func (r timestampResponse) token() ([]byte, error) {
	const granted, grantedWithMods = 0, 1
	if r.Status.Status == granted || r.Status.Status == grantedWithMods {
		if len(r.Token.FullBytes) == 0 {
			return nil, fmt.Errorf("it granted a timestamp but sent none")
		}
		return r.Token.FullBytes, nil
	}
	var text []string
	for _, line := range r.Status.Text {
		text = append(text, fmt.Sprintf("%q", line.Bytes))
	}
	return nil, fmt.Errorf("it refused with status %d, failure bits %x %s", r.Status.Status, r.Status.Fail.Bytes, strings.Join(text, " "))
}

// check wants the token to be the answer to the request.
func (t *timestamper) check(token []byte, request timestampRequest) (doubt string, err error) {
	signed, err := pkcs7.Parse(token)
	if err != nil {
		return "", fmt.Errorf("reading the token: %w", err)
	}
	if err := signed.Verify(); err != nil {
		return "", fmt.Errorf("the token's signature: %w", err)
	}
	if err := answers(signed.Content, request); err != nil {
		return "", err
	}
	return t.trust(signed)
}

func answers(content []byte, request timestampRequest) error {
	var info tstInfo
	if _, err := asn1.Unmarshal(content, &info); err != nil {
		return fmt.Errorf("reading the token's content: %w", err)
	}
	switch {
	case !info.Imprint.Algorithm.Algorithm.Equal(oidSHA256) || !bytes.Equal(info.Imprint.Hash, request.Imprint.Hash):
		return fmt.Errorf("the token is for another signature")
	case info.Nonce == nil || info.Nonce.Cmp(request.Nonce) != 0:
		return fmt.Errorf("the token is the answer to another request (nonce)")
	}
	return nil
}
