package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"fleetmigrate/agent/options"
	"fleetmigrate/packaging"
	"fleetmigrate/packaging/archive"
	"fleetmigrate/packaging/profile"
)

// profileFile is one file to lie beside the package.
type profileFile struct {
	name    string
	content []byte
}

// settingsProfile comes first, where there is one.
const settingsProfile = "settings.mobileconfig"

// profiles makes everything that IT may give its MDM. The settings profile
// holds what was given: server, secret and each --set.
func (p *packager) profiles(o packaging.Options) ([]profileFile, error) {
	values, err := p.values(o)
	if err != nil {
		return nil, usageError{err}
	}
	var files []profileFile
	var errs []error
	add := func(name string, content []byte, err error) {
		files = append(files, profileFile{name, content})
		errs = append(errs, err)
	}
	if len(values) > 0 {
		content, err := profile.Settings(values)
		add(settingsProfile, content, err)
	}
	content, err := profile.LoginItems("com.fleetmigrate.")
	add("login-items.mobileconfig", content, err)
	content, err = profile.Notifications(archive.DialogBundleID, archive.DialogBundleID+".notifier.banner", archive.DialogBundleID+".notifier.alert")
	add("notifications.mobileconfig", content, err)
	for _, domain := range options.Domains() {
		content, err := profile.JamfSchema(domain, manifestTitle, settings(domain))
		add(domain+".json", content, err)
		content, err = profile.Manifest(domain, manifestTitle, o.Epoch, settings(domain))
		add(domain+".plist", content, err)
	}
	return files, errors.Join(errs...)
}

const manifestTitle = "Migrate to Fleet"

// settings are the options that a profile can set in a domain.
func settings(domain string) []profile.Setting {
	var out []profile.Setting
	for _, o := range options.All() {
		if o.Domain == domain {
			out = append(out, setting(o))
		}
	}
	return out
}

func setting(o options.Option) profile.Setting {
	return profile.Setting{
		Domain: o.Domain, Key: o.Key, Kind: profile.Kind(o.Kind), Choices: o.Choices,
		Title: o.Title, Help: o.Help, Default: o.Default, Example: o.Example, Secret: o.Secret,
	}
}

// values are what the settings profile sets.
func (p *packager) values(o packaging.Options) ([]profile.Value, error) {
	var out []profile.Value
	for _, given := range []struct{ name, text string }{{"fleet-url", o.FleetURL}, {"enroll-secret", o.EnrollSecret}} {
		if option, known := options.ByName(given.name); known && given.text != "" {
			out = append(out, profile.Value{Setting: setting(option), Text: given.text})
		}
	}
	given := p.cmd.StringSlice("set")
	if len(given) > 0 && p.cmd.String("profiles") == none {
		return nil, errors.New("--set is for the settings profile: leave out --profiles none")
	}
	for _, set := range given {
		name, text, _ := strings.Cut(set, "=")
		option, known := options.ByName(name)
		switch {
		case !known || !option.Managed():
			return nil, fmt.Errorf("--set: there is no option %q for a profile; see orbit config", name)
		case option.Secret || option.Name == "fleet-url":
			return nil, fmt.Errorf("--set: give %s by its own flag", name)
		}
		if err := option.Check(text); err != nil {
			return nil, fmt.Errorf("--set: %w", err)
		}
		out = append(out, profile.Value{Setting: setting(option), Text: text})
	}
	return out, nil
}

// writeWhole puts a file in place with a rename, readable by its owner alone.
func writeWhole(name string, content []byte) error {
	file, err := os.CreateTemp(filepath.Dir(name), ".new-*")
	if err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	_, err = file.Write(content)
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(file.Name(), name)
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", name, errors.Join(err, os.Remove(file.Name())))
	}
	return nil
}
