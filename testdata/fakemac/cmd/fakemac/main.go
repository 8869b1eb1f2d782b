// Command fakemac is every stand-in of macOS's commands, by the name it is
// called by. Called by its own it installs them:
//
//	fakemac install FOLDER FACTS.json
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"fleetmigrate/testdata/fakemac"
)

func main() {
	if filepath.Base(os.Args[0]) != "fakemac" {
		os.Exit(fakemac.Run(os.Args, os.Stdout, os.Stderr))
	}
	os.Exit(install(os.Args[1:]))
}

func install(args []string) int {
	if len(args) != 3 || args[0] != "install" {
		fmt.Fprintln(os.Stderr, "usage: fakemac install FOLDER FACTS.json")
		return 2
	}
	root, err1 := filepath.Abs(args[1])
	facts, err2 := filepath.Abs(args[2])
	program, err3 := os.Executable()
	for _, err := range []error{err1, err2, err3, fakemac.Install(root, program, facts)} {
		if err != nil {
			fmt.Fprintln(os.Stderr, "fakemac:", err)
			return 1
		}
	}
	return 0
}
