package verify

import (
	"crypto"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
)

// Object identifiers of RFC 5652, RFC 3161, RFC 5754 and RFC 8017.
var (
	oidSignedData    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	oidContentType   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	oidMessageDigest = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
	oidSigningTime   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 5}
	oidTimestamp     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 14}
	oidTSTInfo       = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 1, 4}
)

var hashByOID = map[string]crypto.Hash{
	"1.3.14.3.2.26":          crypto.SHA1,
	"2.16.840.1.101.3.4.2.1": crypto.SHA256,
	"2.16.840.1.101.3.4.2.2": crypto.SHA384,
	"2.16.840.1.101.3.4.2.3": crypto.SHA512,
}

// cmsSigned is a SignedData of RFC 5652.
type cmsSigned struct {
	cmsFields
	whole asn1.RawValue
}

type cmsFields struct {
	Version int
	Digests asn1.RawValue
	Encap   struct {
		Raw     asn1.RawContent
		Type    asn1.ObjectIdentifier
		Content asn1.RawValue `asn1:"optional,explicit,tag:0"`
	}
	Certificates asn1.RawValue   `asn1:"optional,tag:0"`
	CRLs         asn1.RawValue   `asn1:"optional,tag:1"`
	Signers      []cmsSignerInfo `asn1:"set"`
}

// parseCMS reads a SignedData with one signer, and the bytes behind it.
func parseCMS(raw []byte) (*cmsSigned, []byte, error) {
	der, rest, err := toDER(raw, 0)
	if err != nil {
		return nil, nil, err
	}
	var info struct {
		Type    asn1.ObjectIdentifier
		Content asn1.RawValue `asn1:"explicit,tag:0"`
	}
	if _, err := asn1.Unmarshal(der, &info); err != nil {
		return nil, nil, err
	}
	if !info.Type.Equal(oidSignedData) {
		return nil, nil, fmt.Errorf("its content is %v, not signed data", info.Type)
	}
	signed := &cmsSigned{}
	if err := signed.read(info.Content.Bytes); err != nil {
		return nil, nil, err
	}
	if len(signed.Signers) != 1 {
		return nil, nil, fmt.Errorf("it has %d signers instead of one", len(signed.Signers))
	}
	return signed, rest, nil
}

// read parses the SignedData itself, of which nothing may be left.
func (c *cmsSigned) read(raw []byte) error {
	var fields cmsFields
	if rest, err := asn1.Unmarshal(raw, &fields); err != nil || len(rest) > 0 {
		return errors.Join(err, exactly(rest, 0, "wrapper"))
	}
	c.cmsFields = fields
	_, err := asn1.Unmarshal(raw, &c.whole)
	return err
}

// content gives the signed bytes that are enclosed, as in a timestamp token.
func (c *cmsSigned) content() ([]byte, error) {
	var out []byte
	_, err := asn1.Unmarshal(c.Encap.Content.Bytes, &out)
	return out, err
}

// certs parses the enclosed certificates.
func (c *cmsSigned) certs() ([]*x509.Certificate, error) {
	return x509.ParseCertificates(c.Certificates.Bytes)
}

// verify checks the one signature over content and returns who made it.
func (c *cmsSigned) verify(content []byte) (*x509.Certificate, error) {
	certs, err := c.certs()
	if err != nil {
		return nil, fmt.Errorf("reading its certificates: %w", err)
	}
	signer := &c.Signers[0]
	cert := signer.certificate(certs)
	if cert == nil {
		return nil, errors.New("the signer's certificate is not enclosed")
	}
	hash, known := hashByOID[signer.DigestAlgorithm.Algorithm.String()]
	if !known {
		return nil, fmt.Errorf("the digest algorithm %v is unknown", signer.DigestAlgorithm.Algorithm)
	}
	signed, err := signer.signedBytes(hash, content)
	if err != nil {
		return nil, err
	}
	return cert, checkKey(cert, hash, signed, signer.Signature)
}
