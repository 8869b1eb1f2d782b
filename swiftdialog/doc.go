// Package swiftdialog drives swiftDialog: it turns Options into a private JSON
// file and a fixed argument list, runs one window, feeds it live updates
// through its command file, and decodes how it ended. Windows that a killed
// process left behind are closed by the next one.
//
// It knows swiftDialog's versions and their traps, and nothing of Fleet or of
// what a dialog is for. Text comes in as plain values and leaves sanitized;
// none of it ever stands in an argument list. The facts about swiftDialog come
// from its source history, tags v2.3.2 to v3.1.0.
package swiftdialog
