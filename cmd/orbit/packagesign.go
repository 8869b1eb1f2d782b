package main

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"os"

	"fleetmigrate/packaging"
	"fleetmigrate/packaging/sign"
)

// signing finds flags that would do nothing without others.
func (p *packager) signing(*packaging.Options) error {
	p12 := p.cmd.String("sign-p12")
	for _, flag := range []string{"timestamp", "timestamp-root", "sign-any-certificate", "sign-p12-password-file"} {
		if p12 == "" && p.cmd.IsSet(flag) {
			return fmt.Errorf("--%s is of the signature: give --sign-p12 too", flag)
		}
	}
	if p.cmd.IsSet("timestamp-root") && p.cmd.String("timestamp") == "" {
		return errors.New("--timestamp-root is of the timestamp: give --timestamp too")
	}
	if p.cmd.String("notary-profile") != "" && (p12 == "" || p.cmd.String("timestamp") == "") {
		return errors.New("--notary-profile: Apple notarizes only what is signed and has a timestamp: give --sign-p12 and --timestamp too")
	}
	if p.cmd.String("sign-p12-password-file") == "-" && p.cmd.String("enroll-secret-file") == "-" {
		return errors.New("--enroll-secret-file and --sign-p12-password-file are both -, but standard input can hold one of them")
	}
	return nil
}

func (p *packager) signer(ctx context.Context) (*sign.Signer, error) {
	file := p.cmd.String("sign-p12")
	if file == "" {
		return nil, nil
	}
	password, _, err := p.secret(secretSource{"password of " + file, "sign-p12-password-file", "ORBIT_SIGN_P12_PASSWORD"})
	if err != nil {
		return nil, usageError{err}
	}
	roots, err := timestampRoots(p.cmd.String("timestamp-root"))
	if err != nil {
		return nil, usageError{err}
	}
	signer, err := sign.Open(file, password, sign.Config{
		AllowAnyCertificate: p.cmd.Bool("sign-any-certificate"), TimestampURL: p.cmd.String("timestamp"), TimestampRoots: roots,
	})
	switch {
	case errors.Is(err, sign.ErrWrongPassword):
		return nil, fmt.Errorf("%w, by --sign-p12-password-file or $ORBIT_SIGN_P12_PASSWORD", err)
	case errors.Is(err, sign.ErrWrongPurpose):
		return nil, fmt.Errorf("%w: then give --sign-any-certificate too", err)
	}
	return signer, err
}

// signerWarnings are about the certificate and, once signed, the timestamp.
func signerWarnings(o packaging.Options) []string {
	if o.Signer == nil {
		return nil
	}
	return o.Signer.Warnings()
}

// timestampRoots reads certificates; there are none without a file.
func timestampRoots(name string) (*x509.CertPool, error) {
	if name == "" {
		return nil, nil
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("--timestamp-root: %w", err)
	}
	defer file.Close()
	raw, err := io.ReadAll(io.LimitReader(file, maxRoots))
	if err != nil {
		return nil, fmt.Errorf("--timestamp-root: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(raw) {
		return nil, fmt.Errorf("--timestamp-root: %s holds no certificate in PEM; openssl x509 -inform DER makes it of a .cer", name)
	}
	return pool, nil
}

const maxRoots = 1 << 20
