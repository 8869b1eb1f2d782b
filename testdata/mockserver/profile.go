package mockserver

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/smallstep/pkcs7"
	"howett.net/plist"

	"fleetmigrate/testdata/mockserver/store"
	"fleetmigrate/testdata/mockserver/wire"
)

// otaProfile is Apple's "Profile Service" payload: installing it makes the Mac
// ask URL for the real enrollment profile.
type otaProfile struct {
	PayloadContent struct {
		URL              string   `plist:"URL"`
		DeviceAttributes []string `plist:"DeviceAttributes"`
	} `plist:"PayloadContent"`
	PayloadOrganization string `plist:"PayloadOrganization"`
	PayloadDisplayName  string `plist:"PayloadDisplayName"`
	PayloadDescription  string `plist:"PayloadDescription"`
	PayloadVersion      int    `plist:"PayloadVersion"`
	PayloadUUID         string `plist:"PayloadUUID"`
	PayloadIdentifier   string `plist:"PayloadIdentifier"`
	PayloadType         string `plist:"PayloadType"`
}

// manualEnrollmentProfile is what "Turn on MDM" on My device downloads.
func (s *Server) manualEnrollmentProfile(w http.ResponseWriter, _ *http.Request, _ store.Ref) error {
	if s.cfg.MDMOff {
		return wire.MDMOff()
	}
	if s.cfg.EnrollSecret == "" {
		return wire.BadRequest("unable to find an enroll secret: add one before turning on MDM by hand")
	}
	cfg := s.store.Config()
	plain, err := plist.MarshalIndent(s.enrollmentProfile(cfg.OrgInfo.OrgName, cfg.ServerSettings.ServerURL), plist.XMLFormat, "\t")
	if err != nil {
		return fmt.Errorf("writing the enrollment profile: %w", err)
	}
	signed, err := s.signer.sign(plain)
	if err != nil {
		return fmt.Errorf("signing the enrollment profile: %w", err)
	}
	w.Header().Set("Content-Type", "application/x-apple-aspen-config")
	w.Header().Set("Content-Disposition", `attachment;filename="fleet-mdm-enrollment-profile.mobileconfig"`)
	_, _ = w.Write(signed)
	return nil
}

func (s *Server) enrollmentProfile(org, serverURL string) otaProfile {
	p := otaProfile{
		PayloadOrganization: org, PayloadDisplayName: org + " enrollment",
		PayloadDescription: "The configurations for your organization to manage your device. Please install this profile to complete your enrollment.",
		PayloadVersion:     1, PayloadUUID: "fb7b1a9e-3c3f-4f2b-9d6d-6f2a0c5f5b11",
		PayloadIdentifier: "com.fleetdm.fleet.mdm.apple.ota", PayloadType: "Profile Service",
	}
	p.PayloadContent.URL = strings.TrimSuffix(serverURL, "/") + "/api/latest/fleet/ota_enrollment?enroll_secret=" + url.QueryEscape(s.cfg.EnrollSecret)
	p.PayloadContent.DeviceAttributes = []string{"UDID", "VERSION", "PRODUCT", "SERIAL"}
	return p
}

// signer signs profiles with a key that is made when it is first needed and
// never kept: nobody trusts it, but the file has the form of a signed one.
type signer struct {
	once sync.Once
	key  *ecdsa.PrivateKey
	cert *x509.Certificate
	err  error
}

func (s *signer) sign(content []byte) ([]byte, error) {
	s.once.Do(func() { s.key, s.cert, s.err = newSigningKey() })
	if s.err != nil {
		return nil, s.err
	}
	signed, err := pkcs7.NewSignedData(content)
	if err != nil {
		return nil, err
	}
	signed.SetDigestAlgorithm(pkcs7.OIDDigestAlgorithmSHA256)
	if err := signed.AddSigner(s.cert, s.key, pkcs7.SignerInfoConfig{}); err != nil {
		return nil, err
	}
	return signed.Finish()
}

func newSigningKey() (*ecdsa.PrivateKey, *x509.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Companion server profile signing"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(1, 0, 0), KeyUsage: x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, nil, err
	}
	cert, err := x509.ParseCertificate(der)
	return key, cert, err
}
