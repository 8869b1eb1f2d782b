// Package fakemac is a Mac made of stand-ins: programs that answer as macOS's
// own commands do, byte for byte where that is known, all from one JSON file of
// host.Facts. orbit and the desktop run against them with --host-root.
//
// Install lays them out in a folder at macOS's paths, as links to one program
// that looks at the name it is called by. What a Mac has and facts do not say
// (the Remote Management window, launchd's jobs, receipts, how often Apple was
// asked) is in a second file, Side, in that folder.
//
// The outputs follow what is known of the real ones, quirks included: errors
// where macOS writes them, rate limits that say "Request too soon". It knows
// nothing of Fleet but the path by which Fleet's enrollments are told.
package fakemac
