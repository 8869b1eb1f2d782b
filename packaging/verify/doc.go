// Package verify reads a macOS flat package as strictly as it can and says what
// it found, layer by layer: xar, table of contents, signatures, Distribution,
// PackageInfo, Bom, cpio, property lists, launchd jobs, Mach-O and scripts.
//
// No archive tool notices more than a few of the faults that make Installer
// give up on a Mac far away, because each fault is a disagreement between two
// layers: a Bom that lists another size than the cpio holds, a Distribution
// that names another component. So everything is read twice over and compared.
// This package was written apart from the writer on purpose and must share no
// code with it; it knows nothing of what our own package contains.
//
// Data passes through once per purpose: [Verify] reads header and table of
// contents, checks every digest in the heap, then the signatures, then streams
// each Payload through the checks of its members. A finding is a failure when
// the package is damaged or a Mac would refuse it, a warning when it works but
// somebody should look, and a note for what Apple's own tools are known to
// leave behind.
package verify
