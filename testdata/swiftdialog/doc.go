// Package standin is a strict stand-in for swiftDialog's app binary, for tests
// and the demo. It parses its arguments and JSON as the real one does, and
// where the real one would silently drop or mangle something, it fails with
// exit code 97 and says what. How a window ends is scripted, or decided by a
// person on a page.
//
// The facts are from swiftDialog's source history, tags v2.3.2 to v3.1.0. It
// shares nothing with the driver but the drawing of a preview.
//
// It lives under testdata by design; ./... skips it, and the Makefile names it.
package standin
