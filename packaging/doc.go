// Package packaging makes the installer that IT pushes through the old MDM: a
// flat package with orbit, Fleet Desktop and swiftDialog, their launchd jobs
// and the scripts that start them, on any machine and with no outside tool.
//
// Data passes through in three steps. [New] checks every input and lists what
// will be installed, before anything is written. The Payload is then streamed
// once: inputs, cpio, gzip on all cores, into a spool file, while the Bom's
// checksums are taken along. Last the archive is put together around it,
// signed, and renamed into place, so that under the final name there is a whole
// package or the one from before. The same inputs give the same bytes, whatever
// the machine, umask, user, time zone and clock.
//
// The Fleet server's URL and the enroll secret travel beside the scripts and
// not in the Payload, which therefore is one and the same for every server. A
// [Cache] keeps it, and a package that differs only in those two is copied
// together in milliseconds.
//
// The formats are in the packages below (xar, bom, cpio, deflate, macho), each
// written apart from its reader in packaging/verify. This package must not know
// the agent's options, nor read anything that is not named in [Options].
package packaging
