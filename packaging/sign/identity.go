package sign

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"strings"

	"software.sslmate.com/src/go-pkcs12"
)

const minRSABits = 2048

// identity is a key with its certificates, leaf first, each followed by its
// issuer as far as the file has them.
type identity struct {
	key   *rsa.PrivateKey
	chain []*x509.Certificate
}

func (id identity) leaf() *x509.Certificate { return id.chain[0] }

// decode reads a PKCS #12 file, in the old encryption of Keychain Access and
// openssl -legacy as well as in PBES2.
func decode(p12 []byte, password string) (identity, error) {
	key, first, others, err := pkcs12.DecodeChain(p12, password)
	if err != nil {
		return identity{}, explain(err)
	}
	rsaKey, ok := key.(*rsa.PrivateKey)
	if !ok || rsaKey.N.BitLen() < minRSABits {
		return identity{}, fmt.Errorf("%w: macOS packages are signed with RSA; use the Developer ID Installer identity", ErrKeyType)
	}
	chain, err := order(rsaKey, append([]*x509.Certificate{first}, others...))
	return identity{key: rsaKey, chain: chain}, err
}

// explain puts the library's errors into the words of the person who exported
// the file.
func explain(err error) error {
	const export = "export the identity (certificate and key together) from Keychain Access as .p12"
	text := err.Error()
	switch {
	case errors.Is(err, pkcs12.ErrIncorrectPassword):
		return fmt.Errorf("%w: give the one it was exported with", ErrWrongPassword)
	case strings.Contains(text, "private key missing"):
		return fmt.Errorf("%w: it holds certificates only; %s", ErrNoKey, export)
	case strings.Contains(text, "certificate missing"):
		return fmt.Errorf("%w: it holds a key only; %s", ErrKeyMismatch, export)
	case strings.Contains(text, "expected exactly one key bag"):
		return fmt.Errorf("%w: %s, one identity at a time", ErrSeveralKeys, export)
	}
	return fmt.Errorf("not a readable PKCS #12 file: %w; %s", err, export)
}

// order finds the key's certificate, wherever the file has it, and lines up
// its issuers. Certificates that do not belong to it are left out.
func order(key *rsa.PrivateKey, certs []*x509.Certificate) ([]*x509.Certificate, error) {
	at := slices.IndexFunc(certs, func(c *x509.Certificate) bool { return key.PublicKey.Equal(c.PublicKey) })
	if at < 0 {
		return nil, fmt.Errorf("%w: the certificate is %s's; export certificate and key together", ErrKeyMismatch, certs[0].Subject.CommonName)
	}
	chain := []*x509.Certificate{certs[at]}
	for {
		issuer := issuerOf(chain[len(chain)-1], certs)
		if issuer == nil || slices.ContainsFunc(chain, issuer.Equal) {
			return chain, nil
		}
		chain = append(chain, issuer)
	}
}

func issuerOf(cert *x509.Certificate, certs []*x509.Certificate) *x509.Certificate {
	for _, c := range certs {
		if bytes.Equal(cert.RawIssuer, c.RawSubject) && cert.CheckSignatureFrom(c) == nil {
			return c
		}
	}
	return nil
}
