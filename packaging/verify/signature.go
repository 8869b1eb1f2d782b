package verify

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"strings"
	"time"
)

// checkSignatures checks both signatures over the table of contents' digest,
// and the certificates at the time that matters: the one a timestamp proves,
// or now.
func (v *verifier) checkSignatures() {
	s := v.at(LayerSignature, "")
	toc := v.xar.toc.TOC[0]
	if len(toc.Signature) == 0 && len(toc.XSignature) == 0 {
		s.note("none: Installer warns, and MDM refuses the package")
		return
	}
	if len(toc.Signature) > 1 || len(toc.XSignature) > 1 {
		s.fail("%d RSA and %d CMS signatures instead of one of each", len(toc.Signature), len(toc.XSignature))
		return
	}
	var leaf *x509.Certificate
	var chain []*x509.Certificate
	if len(toc.Signature) == 1 {
		chain = v.checkRSA(s, toc.Signature[0])
	}
	at, proved := v.now, false
	if len(toc.XSignature) == 1 {
		var fromCMS []*x509.Certificate
		leaf, fromCMS, at, proved = v.checkCMS(toc.XSignature[0])
		if chain == nil {
			chain = fromCMS
		}
	} else {
		s.note("no CMS signature beside the RSA one, as before macOS 10.11")
	}
	if len(chain) > 0 && leaf != nil && !chain[0].Equal(leaf) {
		s.fail("the two signatures are by different certificates, %s and %s", chain[0].Subject.CommonName, leaf.Subject.CommonName)
	}
	checkChain(s, chain, at, proved)
}

// signed reads a signature's bytes and the certificates named with it.
func (v *verifier) signed(s *scope, sig tocSigned, style string) ([]byte, []*x509.Certificate) {
	if sig.Style != style || sig.Offset == nil || sig.Size == nil {
		s.fail("the element has the style %q instead of %q, or lacks offset or size", sig.Style, style)
		return nil, nil
	}
	var certs []*x509.Certificate
	for _, text := range sig.Certificates {
		der, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
		if err != nil {
			s.fail("a certificate is not base64: %v", err)
			return nil, nil
		}
		cert, err := x509.ParseCertificate(der)
		if err != nil {
			s.fail("a certificate cannot be read: %v", err)
			return nil, nil
		}
		certs = append(certs, cert)
	}
	const limit = 1 << 20
	if *sig.Size <= 0 || *sig.Size > limit || *sig.Offset < 0 {
		s.fail("claims %d bytes at %d", *sig.Size, *sig.Offset)
		return nil, nil
	}
	raw := make([]byte, *sig.Size)
	if _, err := v.r.ReadAt(raw, v.xar.heap+*sig.Offset); err != nil {
		s.fail("lies outside the file: %v", err)
		return nil, nil
	}
	return raw, certs
}

func (v *verifier) checkRSA(s *scope, sig tocSigned) []*x509.Certificate {
	raw, certs := v.signed(s, sig, "RSA")
	if raw == nil || len(certs) == 0 {
		if raw != nil {
			s.fail("no certificate is named with the RSA signature")
		}
		return nil
	}
	key, isRSA := certs[0].PublicKey.(*rsa.PublicKey)
	if !isRSA {
		s.fail("the certificate %s has no RSA key", certs[0].Subject.CommonName)
		return nil
	}
	err := rsa.VerifyPKCS1v15(key, v.xar.hash, v.xar.tocSum, raw)
	if err != nil {
		// A few old packages were signed over a digest of the digest.
		sum := v.xar.hash.New()
		sum.Write(v.xar.tocSum)
		if rsa.VerifyPKCS1v15(key, v.xar.hash, sum.Sum(nil), raw) == nil {
			s.note("the RSA signature hashes twice, as a few old packages do")
			return certs
		}
		s.fail("the RSA signature is not %s's over this table of contents", certs[0].Subject.CommonName)
		return certs
	}
	s.ok("RSA over the table of contents by %s", certs[0].Subject.CommonName)
	return certs
}

// checkCMS checks the second signature with its timestamp.
func (v *verifier) checkCMS(sig tocSigned) (leaf *x509.Certificate, chain []*x509.Certificate, at time.Time, proved bool) {
	s := v.at(LayerSignature, "CMS")
	raw, chain := v.signed(s, sig, "CMS")
	if raw == nil {
		return nil, nil, v.now, false
	}
	signed, rest, err := parseCMS(raw)
	if err != nil {
		s.fail("cannot be read: %v", err)
		return nil, nil, v.now, false
	}
	if len(bytes.Trim(rest, "\x00")) > 0 {
		s.fail("something other than zeros follows it")
	}
	leaf, err = signed.verify(v.xar.tocSum)
	if err == nil {
		err = signed.strict(oidData)
	}
	if err != nil {
		s.fail("does not fit this table of contents: %v", err)
		return nil, chain, v.now, false
	}
	signed.checkEnclosed(s, v.xar.tocSum, chain)
	claimed := "no time claimed"
	if when, there := signed.Signers[0].signingTime(); there {
		claimed = "time claimed " + when.UTC().Format(time.RFC3339)
	}
	s.ok("over the table of contents by %s, %s, %d bytes of %d", leaf.Subject.CommonName, claimed, len(raw)-len(rest), len(raw))
	if stamped, ok := checkTimestamp(v.at(LayerTimestamp, ""), &signed.Signers[0], v.now); ok {
		return leaf, chain, stamped, true
	}
	return leaf, chain, v.now, false
}
