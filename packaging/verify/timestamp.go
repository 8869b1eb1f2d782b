package verify

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"slices"
	"time"
)

// clockSkew is how far two computers' clocks may honestly differ.
const clockSkew = 5 * time.Minute

// tstInfo is the signed part of an RFC 3161 token, as far as it matters here.
type tstInfo struct {
	Version int
	Policy  asn1.ObjectIdentifier
	Imprint struct {
		Algorithm pkix.AlgorithmIdentifier
		Hash      []byte
	}
	Serial *big.Int
	Time   asn1.RawValue
}

// checkTimestamp checks the token over a signature, if there is one, and gives
// the time it proves to whoever trusts the server's issuer, which is named.
func checkTimestamp(s *scope, signer *cmsSignerInfo, now time.Time) (time.Time, bool) {
	attributes, err := parseAttributes(signer.UnsignedAttrs.Bytes)
	if err != nil {
		s.fail("reading the unsigned attributes: %v", err)
		return time.Time{}, false
	}
	raw := attributes[oidTimestamp.String()]
	if raw == nil {
		s.note("none: the signature is worth nothing once its certificate expires, and notarization demands one")
		return time.Time{}, false
	}
	at, cert, last, err := readToken(raw, signer.Signature)
	if err != nil {
		s.fail("%v", err)
		return time.Time{}, false
	}
	switch {
	case bytes.Equal(cert.RawIssuer, cert.RawSubject):
		s.warn("%s vouches for itself, so its time proves little", cert.Subject.CommonName)
	case fingerprint(last) != appleRoot:
		s.note("it leads to %s, which is not Apple's root: a Mac has to trust it by other means", last.Subject.CommonName)
	}
	if at.After(now.Add(clockSkew)) {
		s.warn("%s is later than this computer's clock", at.UTC().Format(time.RFC3339))
	}
	s.ok("%s by %s, of %s", at.UTC().Format(time.RFC3339), cert.Subject.CommonName, cert.Issuer.CommonName)
	return at, true
}

// readToken gives the time, who vouches for it, and the last certificate in the
// token that leads there.
func readToken(raw, signature []byte) (at time.Time, cert, last *x509.Certificate, err error) {
	token, _, err := parseCMS(raw)
	if err != nil {
		return at, nil, nil, fmt.Errorf("reading the token: %w", err)
	}
	content, err := token.content()
	if err != nil || !token.Encap.Type.Equal(oidTSTInfo) {
		return at, nil, nil, fmt.Errorf("the token holds %v, not a time", token.Encap.Type)
	}
	if err := token.strict(oidTSTInfo); err != nil {
		return at, nil, nil, fmt.Errorf("the token: %w", err)
	}
	if cert, err = token.verify(content); err != nil {
		return at, nil, nil, fmt.Errorf("the token's own signature: %w", err)
	}
	var info tstInfo
	if _, err := asn1.Unmarshal(content, &info); err != nil {
		return at, nil, nil, fmt.Errorf("reading the token's content: %w", err)
	}
	if at, err = info.check(signature); err != nil {
		return at, nil, nil, err
	}
	certs, _ := token.certs() // read before, or nobody had signed
	return at, cert, lastIssuer(cert, certs), checkStamper(cert, at)
}

// check wants the token to speak of this signature.
func (i tstInfo) check(signature []byte) (time.Time, error) {
	hash, known := hashByOID[i.Imprint.Algorithm.Algorithm.String()]
	if !known {
		return time.Time{}, fmt.Errorf("the token's digest algorithm %v is unknown", i.Imprint.Algorithm.Algorithm)
	}
	sum := hash.New()
	sum.Write(signature)
	if !bytes.Equal(sum.Sum(nil), i.Imprint.Hash) {
		return time.Time{}, fmt.Errorf("the token is for another signature")
	}
	// Servers may add fractions of a second, which this layout reads as well.
	at, err := time.Parse("20060102150405Z", string(i.Time.Bytes))
	if err != nil {
		return time.Time{}, fmt.Errorf("reading the token's time: %w", err)
	}
	return at, nil
}

// lastIssuer follows the issuers as far as they are enclosed.
func lastIssuer(cert *x509.Certificate, certs []*x509.Certificate) *x509.Certificate {
	for range certs {
		at := slices.IndexFunc(certs, func(c *x509.Certificate) bool { return cert.CheckSignatureFrom(c) == nil })
		if at < 0 || certs[at].Equal(cert) {
			break
		}
		cert = certs[at]
	}
	return cert
}

func checkStamper(cert *x509.Certificate, at time.Time) error {
	if !slices.Contains(cert.ExtKeyUsage, x509.ExtKeyUsageTimeStamping) {
		return fmt.Errorf("%s may not make timestamps", cert.Subject.CommonName)
	}
	if at.Before(cert.NotBefore) || at.After(cert.NotAfter) {
		return fmt.Errorf("%s was not valid when it made it, at %s", cert.Subject.CommonName, at.UTC().Format(time.DateTime))
	}
	return nil
}
