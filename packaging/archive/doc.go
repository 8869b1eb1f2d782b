// Package archive reads an app, swiftDialog's above all, out of what projects and
// people pass around: the official flat package, a gzipped tar, or the plain
// app folder.
//
// A file from the internet ends up on every Mac of a company, so nothing in it
// is believed: names must stay below the app, symbolic links must resolve
// inside it, sizes and counts are capped before anything is allocated, and
// what this package cannot read (a pbzx payload, for one) is refused with the
// way out. It must not know what the app is installed for, nor how a package
// is written.
//
// Data passes through in two walks. [Open] walks the archive once: it
// checks every name, picks the app, reads its Info.plist and keeps the list of
// entries, which is small. [App.Walk] walks again and hands out contents as a
// stream, so memory does not grow with the app, and refuses an archive that
// is not the one that was checked.
package archive
