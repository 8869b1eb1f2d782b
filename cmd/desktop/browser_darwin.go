package main

// openCommand and copyCommands are macOS's own.
const openCommand = "/usr/bin/open"

var copyCommands = [][]string{{"/usr/bin/pbcopy"}}
