// Package options is the one table of what can be configured: each option's
// name, where it can be set, its default, its check and its help. `orbit run`
// resolves its configuration from it, `orbit config` prints it, and the
// preference manifests and profiles are generated from it, so that none of
// them can say something else.
//
// The sources, the first that has a good value wins:
//
//	flag        --fleet-url
//	environment ORBIT_FLEET_URL
//	profile     managed preferences: /Library/Managed Preferences/<domain>.plist
//	kept        what a profile said before it was removed with the old MDM
//	file        left by the pkg, under the root folder
//	default
//
// It knows files and environment by the names in the table, and neither
// servers nor the migration. The value for the desktop is a policy.Policy.
package options
