package profile

import (
	"fmt"
)

// Settings is the profile with the agent's options, one payload per domain in
// the order in which the domains come up. A domain's name is its payload's
// type, by which macOS puts the keys into the domain's managed preferences.
func Settings(values []Value) ([]byte, error) {
	var payloads []payload
	at := map[string]int{}
	for _, v := range values {
		typed, err := v.typed(v.Text)
		if err != nil {
			return nil, fmt.Errorf("writing settings profile: %s cannot be a %s: %w", v.Key, v.Kind, hidden(v, err))
		}
		i, there := at[v.Domain]
		if !there {
			i, at[v.Domain] = len(payloads), len(payloads)
			payloads = append(payloads, payload{v.Domain, "Settings in " + v.Domain, dict{}})
		}
		payloads[i].keys[v.Key] = typed
	}
	return profile("settings", "Migrate to Fleet: settings", "Options of the agent that moves this Mac to Fleet.", payloads)
}

// hidden keeps a secret out of an error: parsers quote what they could not read.
func hidden(v Value, err error) error {
	if v.Secret {
		return fmt.Errorf("the value does not fit")
	}
	return err
}

// LoginItems approves the agent's launchd jobs, so that they cannot be switched
// off in System Settings, and nobody is told that a background item was added.
// The jobs are known by their labels: code that is signed ad hoc has no team.
func LoginItems(labelPrefix string) ([]byte, error) {
	return profile("login-items", "Migrate to Fleet: login items",
		"Lets the agent that moves this Mac to Fleet run in the background without a notice.", []payload{
			{"com.apple.servicemanagement", "Managed login items", dict{"Rules": []dict{{
				"RuleType": "LabelPrefix", "RuleValue": labelPrefix, "Comment": "Migrate to Fleet",
			}}}},
			{"com.apple.notificationsettings", "No notices of background items", dict{"NotificationSettings": []dict{{
				"BundleIdentifier": "com.apple.BTMNotificationAgent", "NotificationsEnabled": false,
			}}}},
		})
}

// Notifications lets swiftDialog show notifications without asking the person:
// the app itself, and since 3.1 its two helpers.
func Notifications(bundleIDs ...string) ([]byte, error) {
	const banner = 1
	var all []dict
	for _, id := range bundleIDs {
		all = append(all, dict{
			"BundleIdentifier": id, "NotificationsEnabled": true, "AlertType": banner,
			"BadgesEnabled": false, "SoundsEnabled": true, "ShowInLockScreen": false,
			"ShowInNotificationCenter": true, "CriticalAlertEnabled": false,
		})
	}
	return profile("notifications", "Migrate to Fleet: notifications",
		"Lets swiftDialog show notifications of the migration.",
		[]payload{{"com.apple.notificationsettings", "swiftDialog's notifications", dict{"NotificationSettings": all}}})
}
