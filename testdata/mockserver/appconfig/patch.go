package appconfig

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"fleetmigrate/testdata/mockserver/wire"
)

// Options are what a PATCH depends on besides its body.
type Options struct {
	Premium   bool
	Overwrite bool // resets features, SSO and end user authentication to their defaults first
	DryRun    bool // turns the use of legacy keys into an error that begins with "warning:"
}

// errDecode is Fleet's reason for a body that is no configuration at all.
const errDecode = "failed to decode app config"

// Apply merges body over the stored settings and checks the result. The stored
// settings are never changed; the error is a *wire.Error.
func Apply(stored Config, body []byte, opts Options) (Config, error) {
	if len(bytes.TrimSpace(body)) == 0 {
		return Config{}, wire.Undecodable("Expected JSON Body")
	}
	if tooDeep(body) {
		return Config{}, wire.BadRequest(errDecode)
	}
	next, err := merge(stored, body, opts)
	if err != nil {
		return Config{}, err
	}
	next.MDM.EnabledAndConfigured = stored.MDM.EnabledAndConfigured
	next.MDM.AppleBMEnabledAndConfigured = stored.MDM.AppleBMEnabledAndConfigured
	next.MDM.AppleBMTermsExpired = stored.MDM.AppleBMTermsExpired
	given, err := readGiven(body)
	if err != nil {
		return Config{}, err
	}
	if fields := validate(stored, &next, given, opts); len(fields) > 0 {
		return Config{}, wire.Invalid(fields...)
	}
	if opts.DryRun && given.legacyFeatures() {
		return Config{}, wire.BadRequest("warning: deprecated settings were used in the configuration: [host_settings]; consider updating to the new settings: features")
	}
	if next.OrgInfo.ContactURL == "" {
		next.OrgInfo.ContactURL = DefaultContactURL
	}
	return next, nil
}

// merge decodes twice, as Fleet does: the first, lenient pass finds what is no
// configuration, the second, strict one finds keys that nobody knows.
func merge(stored Config, body []byte, opts Options) (Config, error) {
	base, err := clone(stored)
	if err != nil {
		return Config{}, err
	}
	if opts.Overwrite {
		base.Features = defaultFeatures()
		base.SSOSettings, base.MDM.EndUserAuthentication = nil, nil
	}
	doc := document{Config: &base, HostSettings: &base.Features}
	var lenient document
	if err := json.Unmarshal(body, &lenient); err != nil {
		return Config{}, wire.BadRequest(errDecode)
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&doc); err != nil {
		return Config{}, unknownKey(err)
	}
	return base, nil
}

// document is the configuration with the legacy name of features beside it.
type document struct {
	*Config
	HostSettings *Features `json:"host_settings,omitempty"`
}

func unknownKey(err error) error {
	const prefix = "json: unknown field "
	if text := err.Error(); strings.HasPrefix(text, prefix) {
		return wire.UserMessage("unsupported key provided: " + strings.TrimPrefix(text, prefix))
	}
	return wire.BadRequest(errDecode)
}

// clone goes through JSON so that the copy shares no map or slice with the original.
func clone(c Config) (Config, error) {
	encoded, err := json.Marshal(c)
	if err != nil {
		return Config{}, fmt.Errorf("copying the settings: %w", err)
	}
	var out Config
	return out, json.Unmarshal(encoded, &out)
}
