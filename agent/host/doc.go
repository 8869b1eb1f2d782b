// Package host says what this Mac says of itself: enrollment, ABM assignment,
// console user, hardware, and whether this is a decent moment for a dialog.
//
// It knows macOS's command lines and their outputs, and nothing of Fleet, of
// dialogs or of the migration. Facts come either from macOS's own tools
// (absolute paths, one table, a deadline each) or from a JSON file, which is
// how orbit hands them to the desktop and how the same loop runs on Linux.
package host
