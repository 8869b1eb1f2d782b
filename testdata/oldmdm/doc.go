// Package oldmdm is the MDM that a Mac leaves: it takes the migration webhook
// of a Fleet server and lets the Mac go, which here means that it changes the
// JSON file that stands for the Mac.
//
// The file is shared: whoever changes it does so through Edit, one at a time,
// and replaces it whole, so that those who watch it see each state once.
//
// It lives under testdata by design; ./... skips it, and the Makefile names it.
package oldmdm
