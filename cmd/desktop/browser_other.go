//go:build !darwin

package main

// openCommand is what desktops other than macOS have; it is found on PATH.
const openCommand = "xdg-open"
