package sign

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"time"
)

// Object identifiers of RFC 5652, RFC 3161 and RFC 8017.
var (
	oidData          = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	oidSignedData    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	oidContentType   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	oidMessageDigest = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
	oidSigningTime   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 5}
	oidTimestamp     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 14}
	oidSHA256        = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
	oidRSA           = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}
)

var (
	sha256Algorithm = pkix.AlgorithmIdentifier{Algorithm: oidSHA256, Parameters: asn1.NullRawValue}
	rsaAlgorithm    = pkix.AlgorithmIdentifier{Algorithm: oidRSA, Parameters: asn1.NullRawValue}
)

// attribute is one signed or unsigned attribute; Values is a SET of one.
type attribute struct {
	Type   asn1.ObjectIdentifier
	Values []asn1.RawValue `asn1:"set"`
}

// attributes marshals as a SET OF, which encoding/asn1 sorts as DER demands.
type attributes struct {
	List []attribute `asn1:"set"`
}

type issuerAndSerial struct {
	Issuer asn1.RawValue
	Serial *big.Int
}

type signerInfo struct {
	Version            int
	SID                issuerAndSerial
	DigestAlgorithm    pkix.AlgorithmIdentifier
	SignedAttrs        asn1.RawValue
	SignatureAlgorithm pkix.AlgorithmIdentifier
	Signature          []byte
	UnsignedAttrs      asn1.RawValue `asn1:"optional"`
}

type signedData struct {
	Version          int
	DigestAlgorithms []pkix.AlgorithmIdentifier `asn1:"set"`
	Content          struct{ Type asn1.ObjectIdentifier }
	Certificates     asn1.RawValue
	SignerInfos      []signerInfo `asn1:"set"`
}

type contentInfo struct {
	Type    asn1.ObjectIdentifier
	Content signedData `asn1:"explicit,tag:0"`
}

// signCMS makes a detached SignedData whose content is the digest's bytes.
func (s *Signer) signCMS(ctx context.Context, digest []byte) ([]byte, error) {
	signed, err := s.signedAttributes(digest)
	if err != nil {
		return nil, fmt.Errorf("writing CMS attributes: %w", err)
	}
	// The signature covers the attributes with their own SET tag; in the
	// SignerInfo they carry the tag [0] instead.
	sum := sha256.Sum256(signed)
	signature, err := rsa.SignPKCS1v15(nil, s.id.key, crypto.SHA256, sum[:])
	if err != nil {
		return nil, fmt.Errorf("making CMS signature: %w", err)
	}
	info := s.signerInfo(retag(signed, 0), signature)
	if s.stamper != nil {
		if info.UnsignedAttrs, err = s.timestamp(ctx, signature); err != nil {
			return nil, err
		}
	}
	return s.envelope(info)
}

func (s *Signer) signedAttributes(digest []byte) ([]byte, error) {
	sum := sha256.Sum256(digest)
	list := []attribute{}
	for _, a := range []struct {
		id    asn1.ObjectIdentifier
		value any
	}{{oidContentType, oidData}, {oidSigningTime, s.cfg.SigningTime.UTC()}, {oidMessageDigest, sum[:]}} {
		if t, isTime := a.value.(time.Time); isTime && t.IsZero() {
			continue
		}
		value, err := asn1.Marshal(a.value)
		if err != nil {
			return nil, err
		}
		list = append(list, attribute{a.id, []asn1.RawValue{{FullBytes: value}}})
	}
	return marshalSet(list)
}

// marshalSet gives the SET OF attributes alone, without the SEQUENCE that a Go
// struct marshals to.
func marshalSet(list []attribute) ([]byte, error) {
	whole, err := asn1.Marshal(attributes{list})
	if err != nil {
		return nil, err
	}
	var outer asn1.RawValue
	if _, err := asn1.Unmarshal(whole, &outer); err != nil {
		return nil, err
	}
	return outer.Bytes, nil
}

// retag puts an IMPLICIT context tag in place of the SET tag.
func retag(set []byte, tag byte) asn1.RawValue {
	out := append([]byte(nil), set...)
	out[0] = 0xa0 | tag
	return asn1.RawValue{FullBytes: out}
}

func (s *Signer) signerInfo(signed asn1.RawValue, signature []byte) signerInfo {
	leaf := s.id.leaf()
	return signerInfo{
		Version: 1, SID: issuerAndSerial{asn1.RawValue{FullBytes: leaf.RawIssuer}, leaf.SerialNumber},
		DigestAlgorithm: sha256Algorithm, SignedAttrs: signed,
		SignatureAlgorithm: rsaAlgorithm, Signature: signature,
	}
}

func (s *Signer) timestamp(ctx context.Context, signature []byte) (asn1.RawValue, error) {
	token, err := s.stamper.stamp(ctx, signature)
	if err != nil {
		return asn1.RawValue{}, err
	}
	set, err := marshalSet([]attribute{{oidTimestamp, []asn1.RawValue{{FullBytes: token}}}})
	if err != nil {
		return asn1.RawValue{}, fmt.Errorf("writing timestamp attribute: %w", err)
	}
	return retag(set, 1), nil
}

func (s *Signer) envelope(info signerInfo) ([]byte, error) {
	var certs []byte
	for _, cert := range s.id.chain {
		certs = append(certs, cert.Raw...)
	}
	data := signedData{
		Version: 1, DigestAlgorithms: []pkix.AlgorithmIdentifier{sha256Algorithm},
		Certificates: asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: certs},
		SignerInfos:  []signerInfo{info},
	}
	data.Content.Type = oidData
	der, err := asn1.Marshal(contentInfo{oidSignedData, data})
	if err != nil {
		return nil, fmt.Errorf("writing CMS signature: %w", err)
	}
	return der, nil
}
