package sign

import (
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"slices"
	"time"
)

// Apple's arc, from its Certification Practice Statement for Developer ID.
var (
	// oidInstallerEKU is the extended key usage of Developer ID Installer.
	oidInstallerEKU = asn1.ObjectIdentifier{1, 2, 840, 113635, 100, 4, 13}
	// oidInstaller marks a Developer ID Installer certificate.
	oidInstaller = asn1.ObjectIdentifier{1, 2, 840, 113635, 100, 6, 1, 14}
	// oidApplication marks a Developer ID Application certificate, which is the
	// one most often taken by mistake.
	oidApplication = asn1.ObjectIdentifier{1, 2, 840, 113635, 100, 6, 1, 13}
)

// checkDates refuses a signature that would be invalid the moment it is made.
func checkDates(chain []*x509.Certificate, now time.Time) error {
	for _, cert := range chain {
		name := cert.Subject.CommonName
		switch {
		case now.After(cert.NotAfter):
			return fmt.Errorf("%w: %s was valid until %s; export a renewed one", ErrExpired, name, cert.NotAfter.UTC().Format(time.DateTime))
		case now.Before(cert.NotBefore):
			return fmt.Errorf("%w: %s becomes valid at %s UTC; check this computer's clock", ErrNotYetValid, name, cert.NotBefore.UTC().Format(time.DateTime))
		}
	}
	return nil
}

// checkPurpose wants what Installer wants: Apple's key usage for packages, and
// Apple's mark of a Developer ID Installer certificate.
func checkPurpose(leaf *x509.Certificate) error {
	name := leaf.Subject.CommonName
	if hasExtension(leaf, oidApplication) {
		return fmt.Errorf("%w: %s is for apps; use \"Developer ID Installer\"", ErrWrongPurpose, name)
	}
	if !slices.ContainsFunc(leaf.UnknownExtKeyUsage, oidInstallerEKU.Equal) || !hasExtension(leaf, oidInstaller) {
		return fmt.Errorf("%w: %s is not a \"Developer ID Installer\" certificate; a Mac takes it only if it was told to trust its issuer", ErrWrongPurpose, name)
	}
	if leaf.KeyUsage != 0 && leaf.KeyUsage&x509.KeyUsageDigitalSignature == 0 {
		return fmt.Errorf("%w: %s may not make digital signatures", ErrWrongPurpose, name)
	}
	return nil
}

func hasExtension(cert *x509.Certificate, id asn1.ObjectIdentifier) bool {
	for _, ext := range cert.Extensions {
		if ext.Id.Equal(id) {
			return true
		}
	}
	return false
}
