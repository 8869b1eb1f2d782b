// Command launcher is the double of swiftDialog's launcher, /usr/local/bin/dialog.
package main

import (
	"os"

	standin "fleetmigrate/testdata/swiftdialog"
)

func main() { os.Exit(standin.LaunchMain(os.Args, os.Stdout, os.Stderr)) }
