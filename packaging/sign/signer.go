package sign

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"time"
)

// Config has a useful zero value: a Developer ID Installer identity, checked
// against the computer's clock, signing without a time and without asking
// anybody.
type Config struct {
	// AllowAnyCertificate takes a certificate that is not Developer ID
	// Installer, for a private authority that the Macs were told to trust.
	AllowAnyCertificate bool
	// Now is the time the certificates must be valid at; nil is time.Now.
	Now func() time.Time
	// SigningTime is written into the signature. Zero leaves it out, which is
	// what makes two signatures of one package equal.
	SigningTime time.Time
	// TimestampURL is an RFC 3161 server; empty asks none. Apple's is
	// http://timestamp.apple.com/ts01, and notarization demands a timestamp.
	TimestampURL string
	// TimestampRoots are the only ones that a timestamp may lead to; with nil it
	// leads to one that is trusted here, or there is a warning.
	TimestampRoots *x509.CertPool
	// HTTPClient is used for TimestampURL; nil is a client of its own with a
	// deadline of 30 seconds.
	HTTPClient *http.Client
}

// Signer signs tables of contents with one identity.
type Signer struct {
	id       identity
	cfg      Config
	stamper  *timestamper
	warnings []string
}

const (
	maxP12 = 1 << 20
	// renewSoon is when a certificate's end is worth a word.
	renewSoon = 30 * 24 * time.Hour
)

// Open reads the identity in a PKCS #12 file. The error wraps one of this
// package's Err values where one fits; it never holds the password.
func Open(p12File, password string, cfg Config) (*Signer, error) {
	raw, err := readCapped(p12File)
	if err != nil {
		return nil, fmt.Errorf("reading signing identity: %w", err)
	}
	signer, err := New(raw, password, cfg)
	if err != nil {
		return nil, fmt.Errorf("reading signing identity %s: %w", p12File, err)
	}
	return signer, nil
}

func readCapped(name string) ([]byte, error) {
	file, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s does not exist; give the path of a .p12 file", name)
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	raw, err := io.ReadAll(io.LimitReader(file, maxP12+1))
	if err == nil && len(raw) > maxP12 {
		return nil, fmt.Errorf("%s is larger than any .p12 file; give the path of one", name)
	}
	return raw, err
}

// New is Open for a file's content.
func New(p12 []byte, password string, cfg Config) (*Signer, error) {
	id, err := decode(p12, password)
	if err != nil {
		return nil, err
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	signer := &Signer{id: id, cfg: cfg}
	if err := signer.check(cfg.Now()); err != nil {
		return nil, err
	}
	signer.stamper, err = newTimestamper(cfg, id.chain)
	return signer, err
}

func (s *Signer) check(now time.Time) error {
	if err := checkDates(s.id.chain, now); err != nil {
		return err
	}
	if err := checkPurpose(s.id.leaf()); err != nil {
		if !s.cfg.AllowAnyCertificate {
			return err
		}
		s.warnings = append(s.warnings, err.Error())
	}
	if end := s.id.leaf().NotAfter; end.Sub(now) < renewSoon {
		s.warnings = append(s.warnings, "certificate expires on "+end.UTC().Format(time.DateOnly))
	}
	if last := s.id.chain[len(s.id.chain)-1]; !isRoot(last) {
		s.warnings = append(s.warnings, "the file lacks the issuer "+last.Issuer.CommonName+": a Mac that does not have it cannot check the signature")
	}
	return nil
}

func isRoot(cert *x509.Certificate) bool { return string(cert.RawIssuer) == string(cert.RawSubject) }

// Warnings are sentences about the identity, and once it has signed about the
// timestamp, that a person should read once.
func (s *Signer) Warnings() []string {
	if s.stamper == nil || s.stamper.doubt == "" {
		return s.warnings
	}
	return append(s.warnings[:len(s.warnings):len(s.warnings)], s.stamper.doubt)
}

// Subject is the common name of the certificate that signs.
func (s *Signer) Subject() string { return s.id.leaf().Subject.CommonName }

// Certificates are the DER certificates, the signing one first, each followed
// by its issuer.
func (s *Signer) Certificates() [][]byte {
	out := make([][]byte, len(s.id.chain))
	for i, cert := range s.id.chain {
		out[i] = cert.Raw
	}
	return out
}

// RSASize is the length of the RSA signature in bytes.
func (s *Signer) RSASize() int { return s.id.key.Size() }

// CMSSize is the length in bytes that SignTOC pads the CMS signature to. It
// depends on the identity and on whether there is a timestamp, never on what
// is signed, because the archive is laid out before it can be signed.
func (s *Signer) CMSSize() int {
	const (
		apples   = 9216 // what productsign reserves
		step     = 3072
		envelope = 1024
		token    = 6144 // Apple's and the common public servers stay below
	)
	need := envelope + s.RSASize()
	for _, cert := range s.id.chain {
		need += len(cert.Raw)
	}
	if s.stamper != nil {
		need += token
	}
	size := apples
	for size < need {
		size += step
	}
	return size
}

// SignTOC signs the digest of a packed table of contents, made with hash. The
// first signature is RSASize bytes long, the second CMSSize. ctx ends the wait
// for the timestamp server.
func (s *Signer) SignTOC(ctx context.Context, digest []byte, hash crypto.Hash) (rsaSig, cms []byte, err error) {
	if !hash.Available() || len(digest) != hash.Size() {
		return nil, nil, fmt.Errorf("signing table of contents: %d bytes are no %v digest", len(digest), hash)
	}
	rsaSig, err = rsa.SignPKCS1v15(nil, s.id.key, hash, digest)
	if err != nil {
		return nil, nil, fmt.Errorf("signing table of contents: %w", err)
	}
	der, err := s.signCMS(ctx, digest)
	if err != nil {
		return nil, nil, fmt.Errorf("signing table of contents: %w", err)
	}
	if len(der) > s.CMSSize() {
		return nil, nil, fmt.Errorf("signing table of contents: the CMS signature needs %d bytes, %d are reserved; the timestamp server's certificates are unusually large, use another", len(der), s.CMSSize())
	}
	return rsaSig, append(der, make([]byte, s.CMSSize()-len(der))...), nil
}
