package main

// openCommand is macOS's own.
const openCommand = "/usr/bin/open"
