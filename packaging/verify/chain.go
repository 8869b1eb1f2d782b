package verify

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"
)

// appleRoot is the SHA-256 fingerprint of Apple Root CA, as published on
// https://www.apple.com/certificateauthority/.
const appleRoot = "b0b1730ecbc7ff4505142c49f1295e6eda6bcaed7e2c68c5be91b5a11001f024"

// Apple's arc for Developer ID Installer, from its Certification Practice
// Statement.
var (
	oidInstallerEKU = asn1.ObjectIdentifier{1, 2, 840, 113635, 100, 4, 13}
	oidInstaller    = asn1.ObjectIdentifier{1, 2, 840, 113635, 100, 6, 1, 14}
)

// checkChain wants each certificate signed by the next and all of them valid at
// a time, which is proved by a timestamp or is now.
func checkChain(s *scope, chain []*x509.Certificate, at time.Time, proved bool) {
	if len(chain) == 0 {
		return
	}
	for i, cert := range chain {
		if at.Before(cert.NotBefore) || at.After(cert.NotAfter) {
			s.fail("%s", outOfDate(cert, at, proved))
		}
		if i+1 < len(chain) {
			checkIssued(s, cert, chain[i+1])
		}
	}
	leaf := chain[0]
	if !isInstaller(leaf) {
		s.note("%s is not a Developer ID Installer certificate", leaf.Subject.CommonName)
	}
	checkRoot(s, chain[len(chain)-1])
}

// checkIssued is lenient with SHA-1 alone: Go refuses to check a certificate
// signed over it, and Apple's first ones were.
func checkIssued(s *scope, cert, issuer *x509.Certificate) {
	err := cert.CheckSignatureFrom(issuer)
	var old x509.InsecureAlgorithmError
	switch {
	case errors.As(err, &old):
		s.warn("whether %s is signed by %s is not checked: %v", cert.Subject.CommonName, issuer.Subject.CommonName, err)
	case err != nil:
		s.fail("%s is not signed by the next certificate, %s: %v", cert.Subject.CommonName, issuer.Subject.CommonName, err)
	}
}

// checkRoot says whom a Mac has to trust.
func checkRoot(s *scope, last *x509.Certificate) {
	switch {
	case fingerprint(last) == appleRoot:
		s.ok("the certificates lead to Apple Root CA")
	case !bytes.Equal(last.RawIssuer, last.RawSubject):
		s.warn("the certificates end with %s; its issuer %s is not among them", last.Subject.CommonName, last.Issuer.CommonName)
	default:
		s.note("the certificates lead to %s, which is not Apple's: a Mac has to be told to trust it", last.Subject.CommonName)
	}
}

func fingerprint(cert *x509.Certificate) string {
	sum := sha256.Sum256(cert.Raw)
	return hex.EncodeToString(sum[:])
}

func outOfDate(cert *x509.Certificate, at time.Time, proved bool) string {
	when := "now"
	if proved {
		when = "when it was timestamped"
	}
	if at.Before(cert.NotBefore) {
		return fmt.Sprintf("the certificate %s is valid from %s, not %s", cert.Subject.CommonName, cert.NotBefore.UTC().Format(time.DateOnly), when)
	}
	return fmt.Sprintf("the certificate %s expired on %s and is not valid %s", cert.Subject.CommonName, cert.NotAfter.UTC().Format(time.DateOnly), when)
}

func isInstaller(cert *x509.Certificate) bool {
	if !slices.ContainsFunc(cert.UnknownExtKeyUsage, oidInstallerEKU.Equal) {
		return false
	}
	for _, ext := range cert.Extensions {
		if ext.Id.Equal(oidInstaller) {
			return true
		}
	}
	return false
}
