package main

import (
	"context"
	"errors"
	"fmt"

	"fleetmigrate/packaging"
	"fleetmigrate/packaging/sign"
)

// signing finds flags that would do nothing without others.
func (p *packager) signing(*packaging.Options) error {
	p12 := p.cmd.String("sign-p12")
	for _, flag := range []string{"timestamp", "sign-any-certificate", "sign-p12-password-file"} {
		if p12 == "" && p.cmd.IsSet(flag) {
			return fmt.Errorf("--%s is of the signature: give --sign-p12 too", flag)
		}
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
	signer, err := sign.Open(file, password, sign.Config{AllowAnyCertificate: p.cmd.Bool("sign-any-certificate"), TimestampURL: p.cmd.String("timestamp")})
	switch {
	case errors.Is(err, sign.ErrWrongPassword):
		return nil, fmt.Errorf("%w, by --sign-p12-password-file or $ORBIT_SIGN_P12_PASSWORD", err)
	case errors.Is(err, sign.ErrWrongPurpose):
		return nil, fmt.Errorf("%w: then give --sign-any-certificate too", err)
	}
	return signer, err
}
