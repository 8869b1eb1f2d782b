// Package prompt makes every dialog of the migration as a value: one pure
// function from a Request to swiftdialog.Options, with the texts of all
// languages, the pictures and the rules for what untrusted text may do.
//
// It knows what is said and how it looks, not when: deciding that a dialog is
// due is the agent's. Nothing here runs a dialog or asks a server, except the
// logo, which is fetched, checked and kept as a local file.
package prompt
