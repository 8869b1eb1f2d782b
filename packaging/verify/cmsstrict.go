package verify

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"slices"
)

var oidData = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}

// signatureAlgorithms are RSA and ECDSA, alone or named with a digest (RFC 3370,
// RFC 5754).
var signatureAlgorithms = []string{
	"1.2.840.113549.1.1.1", "1.2.840.113549.1.1.5", "1.2.840.113549.1.1.11", "1.2.840.113549.1.1.12", "1.2.840.113549.1.1.13",
	"1.2.840.10045.2.1", "1.2.840.10045.4.1", "1.2.840.10045.4.3.2", "1.2.840.10045.4.3.3", "1.2.840.10045.4.3.4",
}

// strict refuses what no signature covers and yet may not be anything: Go reads
// over elements that it does not ask for.
func (c *cmsSigned) strict(kind asn1.ObjectIdentifier) error {
	signer := &c.Signers[0]
	switch {
	case c.Version < 1 || c.Version > 5 || (signer.Version != 1 && signer.Version != 3):
		return fmt.Errorf("the versions are %d and %d", c.Version, signer.Version)
	case !c.Encap.Type.Equal(kind):
		return fmt.Errorf("it signs content of the type %v instead of %v", c.Encap.Type, kind)
	case !slices.Contains(signatureAlgorithms, signer.SignatureAlgorithm.Algorithm.String()) || !isNull(signer.SignatureAlgorithm.Parameters):
		return fmt.Errorf("the signature algorithm %v is unknown, or has parameters", signer.SignatureAlgorithm.Algorithm)
	}
	if err := c.announces(signer.DigestAlgorithm.Algorithm); err != nil {
		return err
	}
	return c.complete()
}

// announces wants the signer's digest algorithm among those at the head.
func (c *cmsSigned) announces(digest asn1.ObjectIdentifier) error {
	if c.Digests.Class != asn1.ClassUniversal || c.Digests.Tag != asn1.TagSet {
		return errors.New("its list of digests is not a set")
	}
	for rest := c.Digests.Bytes; len(rest) > 0; {
		var algorithm pkix.AlgorithmIdentifier
		var err error
		if rest, err = asn1.Unmarshal(rest, &algorithm); err != nil {
			return fmt.Errorf("its list of digests: %w", err)
		}
		if algorithm.Algorithm.Equal(digest) {
			return nil
		}
	}
	return fmt.Errorf("its list of digests lacks the signer's, %v", digest)
}

// complete wants as many elements as were read.
func (c *cmsSigned) complete() error {
	present := func(values ...asn1.RawValue) (n int) {
		for _, v := range values {
			if len(v.FullBytes) > 0 {
				n++
			}
		}
		return n
	}
	signer := &c.Signers[0]
	const always, ofSigner = 4, 5 // the elements that are not optional
	return errors.Join(
		exactly(c.whole.Bytes, always+present(c.Certificates, c.CRLs), "signed data"),
		exactly(inner(c.Encap.Raw), 1+present(c.Encap.Content), "content"),
		exactly(inner(signer.Raw), ofSigner+present(signer.SignedAttrs, signer.UnsignedAttrs), "signer"),
	)
}

// isNull is what the parameters of RSA and ECDSA are, or they are absent.
func isNull(parameters asn1.RawValue) bool {
	return len(parameters.FullBytes) == 0 || bytes.Equal(parameters.FullBytes, asn1.NullBytes)
}

// inner is what a sequence holds.
func inner(sequence []byte) []byte {
	var value asn1.RawValue
	_, _ = asn1.Unmarshal(sequence, &value) // it was parsed before
	return value.Bytes
}

// exactly counts the elements in a sequence's bytes.
func exactly(raw []byte, want int, what string) error {
	got := 0
	for len(raw) > 0 {
		var value asn1.RawValue
		rest, err := asn1.Unmarshal(raw, &value)
		if err != nil {
			return fmt.Errorf("its %s: %w", what, err)
		}
		got, raw = got+1, rest
	}
	if got != want {
		return fmt.Errorf("its %s has %d elements, %d of them known", what, got, want)
	}
	return nil
}

// checkEnclosed holds what a detached signature carries along against what it
// should be: the digest that it signs, if anything, and certificates that the
// archive names too.
func (c *cmsSigned) checkEnclosed(s *scope, digest []byte, named []*x509.Certificate) {
	if len(c.Encap.Content.Bytes) > 0 {
		if content, err := c.content(); err != nil || (len(content) > 0 && !bytes.Equal(content, digest)) {
			s.fail("encloses other content than the digest that it signs")
		}
	}
	certs, _ := c.certs() // read before, or there was no signer
	for _, cert := range certs {
		if len(named) > 0 && !slices.ContainsFunc(named, cert.Equal) {
			s.warn("encloses the certificate of %s, which the table of contents does not name", cert.Subject.CommonName)
		}
	}
}
