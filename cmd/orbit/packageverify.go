package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/urfave/cli/v3"

	"fleetmigrate/packaging/verify"
)

func verifyCommand() *cli.Command {
	return &cli.Command{
		Name:      "verify",
		Usage:     "read a package as strictly as can be, and say what was found",
		ArgsUsage: "FILE.pkg",
		Description: "Reads any flat package, ours or Apple's: archive, digests, signatures, Distribution,\n" +
			"PackageInfo, Bom, cpio, property lists, launchd jobs, Mach-O programs and scripts, and\n" +
			"compares them with each other. The exit code is 1 when a Mac would refuse it.\n\n" +
			"Examples:\n" +
			"  orbit package verify migrate.pkg\n" +
			"  orbit package verify --json migrate.pkg",
		Flags: []cli.Flag{&cli.BoolFlag{Name: "json", Usage: "print JSON"}},
		Action: func(_ context.Context, cmd *cli.Command) error {
			if cmd.Args().Len() != 1 {
				return usageError{errors.New("give one package: orbit package verify FILE.pkg")}
			}
			return verifyFile(cmd, cmd.Args().First())
		},
	}
}

func verifyFile(cmd *cli.Command, name string) error {
	file, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("verifying package: %w", err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return fmt.Errorf("verifying package: %w", err)
	}
	report := verify.Verify(file, info.Size(), verify.Config{})
	if cmd.Bool("json") {
		err = writeJSON(cmd.Root().Writer, report)
	} else {
		err = report.WriteText(cmd.Root().Writer)
	}
	if err == nil && !report.OK() {
		err = exitCode(1) // the report has said why
	}
	return err
}
