package verify

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"time"
)

type cmsSignerInfo struct {
	Raw                asn1.RawContent
	Version            int
	SID                asn1.RawValue
	DigestAlgorithm    pkix.AlgorithmIdentifier
	SignedAttrs        asn1.RawValue `asn1:"optional,tag:0"`
	SignatureAlgorithm pkix.AlgorithmIdentifier
	Signature          []byte
	UnsignedAttrs      asn1.RawValue `asn1:"optional,tag:1"`
}

// signedBytes are the attributes, once they are seen to speak of content, or
// the content itself where there are none.
func (s *cmsSignerInfo) signedBytes(hash crypto.Hash, content []byte) ([]byte, error) {
	if len(s.SignedAttrs.FullBytes) == 0 {
		return content, nil
	}
	attributes, err := parseAttributes(s.SignedAttrs.Bytes)
	if err != nil {
		return nil, fmt.Errorf("signed attributes: %w", err)
	}
	var digest []byte
	if _, err := asn1.Unmarshal(attributes[oidMessageDigest.String()], &digest); err != nil {
		return nil, fmt.Errorf("signed attributes: no message digest: %w", err)
	}
	var kind asn1.ObjectIdentifier
	if _, err := asn1.Unmarshal(attributes[oidContentType.String()], &kind); err != nil {
		return nil, fmt.Errorf("signed attributes: no content type: %w", err)
	}
	sum := hash.New()
	sum.Write(content)
	if !bytes.Equal(sum.Sum(nil), digest) {
		return nil, fmt.Errorf("it signs the digest %x, this is %x", digest, sum.Sum(nil))
	}
	// What was signed carries the tag of a SET.
	signed := bytes.Clone(s.SignedAttrs.FullBytes)
	signed[0] = 0x20 | asn1.TagSet
	return signed, nil
}

// parseAttributes gives the first value of each attribute by its identifier.
func parseAttributes(raw []byte) (map[string][]byte, error) {
	out := map[string][]byte{}
	for len(raw) > 0 {
		var attribute struct {
			Type   asn1.ObjectIdentifier
			Values asn1.RawValue
		}
		rest, err := asn1.Unmarshal(raw, &attribute)
		if err != nil {
			return nil, err
		}
		out[attribute.Type.String()] = attribute.Values.Bytes
		raw = rest
	}
	return out, nil
}

func (s *cmsSignerInfo) certificate(certs []*x509.Certificate) *x509.Certificate {
	var sid struct {
		Issuer asn1.RawValue
		Serial *big.Int
	}
	byIssuer := s.SID.Class == asn1.ClassUniversal
	if byIssuer {
		if _, err := asn1.Unmarshal(s.SID.FullBytes, &sid); err != nil {
			return nil
		}
	}
	for _, cert := range certs {
		if byIssuer && bytes.Equal(cert.RawIssuer, sid.Issuer.FullBytes) && cert.SerialNumber.Cmp(sid.Serial) == 0 {
			return cert
		}
		if !byIssuer && bytes.Equal(cert.SubjectKeyId, s.SID.Bytes) {
			return cert
		}
	}
	return nil
}

func checkKey(cert *x509.Certificate, hash crypto.Hash, signed, signature []byte) error {
	sum := hash.New()
	sum.Write(signed)
	switch key := cert.PublicKey.(type) {
	case *rsa.PublicKey:
		return rsa.VerifyPKCS1v15(key, hash, sum.Sum(nil), signature)
	case *ecdsa.PublicKey:
		if !ecdsa.VerifyASN1(key, sum.Sum(nil), signature) {
			return errors.New("ECDSA verification error")
		}
		return nil
	}
	return fmt.Errorf("a key of type %T cannot be checked", cert.PublicKey)
}

// signingTime is what the signer claims; nothing proves it.
func (s *cmsSignerInfo) signingTime() (time.Time, bool) {
	attributes, err := parseAttributes(s.SignedAttrs.Bytes)
	if err != nil {
		return time.Time{}, false
	}
	var at time.Time
	_, err = asn1.Unmarshal(attributes[oidSigningTime.String()], &at)
	return at, err == nil
}
