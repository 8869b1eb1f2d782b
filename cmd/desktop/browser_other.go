//go:build !darwin

package main

// openCommand is what desktops other than macOS have; it is found on PATH.
const openCommand = "xdg-open"

// copyCommands are the tools of Wayland and of X11.
var copyCommands = [][]string{{"wl-copy"}, {"xclip", "-selection", "clipboard"}, {"xsel", "--clipboard", "--input"}}
