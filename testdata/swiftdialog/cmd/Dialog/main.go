// Command Dialog is the stand-in's executable, at the place of swiftDialog's.
package main

import (
	"os"

	standin "fleetmigrate/testdata/swiftdialog"
)

func main() { os.Exit(standin.Main(os.Args, os.Stdout, os.Stderr)) }
