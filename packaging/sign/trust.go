package sign

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/smallstep/pkcs7"
)

// appleRoot is the SHA-256 fingerprint of Apple Root CA, as published on
// https://www.apple.com/certificateauthority/. Apple's timestamps lead to it,
// and computers other than Macs do not have it.
const appleRoot = "b0b1730ecbc7ff4505142c49f1295e6eda6bcaed7e2c68c5be91b5a11001f024"

// trust finds out who vouches for the time. Timestamp servers are asked over
// http, Apple's too, so that anybody on the way could answer. Not being allowed
// to make timestamps is an error: no Mac takes such a one. Leading to no root is
// one where the roots were named; else it is a doubt to be told, since this
// computer need not have the roots that Macs have.
func (t *timestamper) trust(token *pkcs7.PKCS7) (doubt string, err error) {
	signer := token.GetOnlySigner()
	switch {
	case signer == nil:
		return "", fmt.Errorf("the token's signer is not among its certificates")
	case !slices.Contains(signer.ExtKeyUsage, x509.ExtKeyUsageTimeStamping):
		return "", fmt.Errorf("%s may not make timestamps", signer.Subject.CommonName)
	}
	options := x509.VerifyOptions{
		Roots: t.rootsFor(token), Intermediates: x509.NewCertPool(), CurrentTime: t.now(),
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping},
	}
	for _, cert := range token.Certificates {
		options.Intermediates.AddCert(cert)
	}
	if _, err = signer.Verify(options); err == nil {
		return "", nil
	}
	err = fmt.Errorf("nothing trusted vouches for %s of %s: %w", signer.Subject.CommonName, signer.Issuer.CommonName, err)
	if t.roots != nil {
		return "", err
	}
	return fmt.Sprintf("the timestamp may be anybody's: %v; if it is right, name its root with --timestamp-root", err), nil
}

// rootsFor are the roots that were named; else this computer's, the one that
// vouches for the signature itself, and Apple's.
func (t *timestamper) rootsFor(token *pkcs7.PKCS7) *x509.CertPool {
	if t.roots != nil {
		return t.roots
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool() // then there are the others
	}
	for _, cert := range t.own {
		if isRoot(cert) {
			pool.AddCert(cert)
		}
	}
	for _, cert := range token.Certificates {
		if sum := sha256.Sum256(cert.Raw); hex.EncodeToString(sum[:]) == appleRoot {
			pool.AddCert(cert)
		}
	}
	return pool
}
