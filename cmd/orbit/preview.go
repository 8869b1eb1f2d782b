package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/go-cleanhttp"
	"github.com/urfave/cli/v3"

	"fleetmigrate/agent/prompt"
	"fleetmigrate/swiftdialog"
)

// dialogPath is where the package puts swiftDialog; see docs/architecture.md.
const dialogPath = "/opt/fleet-migrate/Dialog.app/Contents/MacOS/Dialog"

// osascriptPath is macOS's own, for the plain dialog.
const osascriptPath = "/usr/bin/osascript"

func previewCommand() *cli.Command {
	return &cli.Command{
		Name:      "preview",
		Usage:     "show any dialog of the migration, or write all of them as web pages, without any effect",
		ArgsUsage: "[MOMENT]",
		Description: "A moment is one dialog as a person meets it: ade-forced, waiting_manual,\n" +
			"failed-timeout. Without one, and without --html, the moments are listed.\n" +
			"Nothing is asked of a server and nothing is migrated, whatever is pressed.\n\n" +
			"Examples:\n" +
			"  orbit preview                                  what there is\n" +
			"  orbit preview ade-forced --language de --dark  one window, on this Mac\n" +
			"  orbit preview ade-forced --plain               as it looks without swiftDialog\n" +
			"  orbit preview --html review --logo logo.png --texts texts.json\n" +
			"                                                 every moment in every language, for those who approve it",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "html", Usage: "write web pages into this `FOLDER` instead of opening a window"},
			&cli.StringFlag{Name: "language", Value: prompt.Languages[0], Usage: "one of " + strings.Join(prompt.Languages, ", ")},
			&cli.BoolFlag{Name: "dark", Usage: "the dark appearance"},
			&cli.StringFlag{Name: "org", Usage: "name of the organization"},
			&cli.StringFlag{Name: "contact", Usage: "contact `URL`, checked as the server's is"},
			&cli.StringFlag{Name: "logo", Usage: "the organization's logo, as a `FILE` or a web address"},
			&cli.StringFlag{Name: "logo-dark", Usage: "the same for the dark appearance"},
			&cli.StringFlag{Name: "texts", Usage: "`FILE` with your own texts: JSON, or a profile with the key Texts"},
			&cli.IntFlag{Name: "macos", Value: 15, Usage: "major version of macOS, which some texts depend on"},
			&cli.BoolFlag{Name: "plain", Usage: "the system's plain dialog, as it stands in for swiftDialog"},
			&cli.StringFlag{Name: "swift-dialog", Value: dialogPath, Usage: "`PATH` of the Dialog binary"},
		},
		Action: func(ctx context.Context, cmd *cli.Command) error { return runPreview(ctx, cmd) },
	}
}

func runPreview(ctx context.Context, cmd *cli.Command) error {
	moment := cmd.Args().First()
	if cmd.Args().Len() > 1 {
		return usageError{unexpected(cmd.Args().Get(1))}
	}
	if !slices.Contains(prompt.Languages, cmd.String("language")) {
		return usageError{fmt.Errorf("there is no language %q; use one of %s", cmd.String("language"), strings.Join(prompt.Languages, ", "))}
	}
	if err := checkPreview(cmd); err != nil {
		return usageError{err}
	}
	if moment == "" && !cmd.IsSet("html") {
		return listMoments(cmd.Root().Writer)
	}
	dir, err := os.MkdirTemp("", "fleet-migrate-preview-")
	if err != nil {
		return fmt.Errorf("making a folder for the pictures: %w", err)
	}
	defer os.RemoveAll(dir)
	base, err := previewBase(ctx, cmd, dir)
	if err != nil {
		return err
	}
	if folder := cmd.String("html"); folder != "" {
		return writeGallery(cmd.Root().Writer, folder, moment, base)
	}
	return openPreview(ctx, cmd, moment, base)
}

// The versions of macOS that a preview knows places of.
const oldestMacOS, newestMacOS = 11, 99

func checkPreview(cmd *cli.Command) error {
	if cmd.IsSet("html") && cmd.String("html") == "" {
		return errors.New("--html is empty: it takes the folder for the pages")
	}
	if major := cmd.Int("macos"); major < oldestMacOS || major > newestMacOS {
		return fmt.Errorf("--macos is %d: it takes a major version, %d or newer", major, oldestMacOS)
	}
	return nil
}

func listMoments(w io.Writer) error {
	for _, s := range prompt.Scenes(prompt.Request{Language: prompt.Languages[0]}) {
		fmt.Fprintf(w, "%-16s %s\n", s.ID, s.When)
	}
	return nil
}

// previewBase is what all moments have in common.
func previewBase(ctx context.Context, cmd *cli.Command, dir string) (prompt.Request, error) {
	r := prompt.Request{Language: cmd.String("language"), Dark: cmd.Bool("dark"), OrgName: cmd.String("org"), MacOS: cmd.Int("macos"),
		Pictures: filepath.Join(dir, "pictures")}
	var err error
	if r.ContactURL = cmd.String("contact"); r.ContactURL != "" {
		if r.ContactURL, err = prompt.ContactURL(r.ContactURL); err != nil {
			return r, err
		}
	}
	if file := cmd.String("texts"); file != "" {
		if r.Overrides, err = readTexts(file); err != nil {
			return r, err
		}
	}
	if r.Logo, err = previewLogo(ctx, dir, cmd.String("logo"), cmd.String("logo-dark")); err != nil {
		return r, err
	}
	return r, prompt.Unpack(r.Pictures)
}

func previewLogo(ctx context.Context, dir, light, dark string) (prompt.Logo, error) {
	logos := prompt.NewLogos(cleanhttp.DefaultClient(), filepath.Join(dir, "logos"))
	web := func(s string) bool { return strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://") }
	if web(light) || web(dark) {
		return logos.Fetch(ctx, light, dark)
	}
	return logos.Take(light, dark)
}

// openPreview opens one window and says what a press would have meant.
func openPreview(ctx context.Context, cmd *cli.Command, moment string, base prompt.Request) error {
	scene, err := findScene(moment, base)
	if err != nil {
		return err
	}
	type window interface{ Wait() swiftdialog.Result }
	var w window
	if cmd.Bool("plain") {
		w, err = swiftdialog.NewPlain(osascriptPath).Show(ctx, prompt.Build(scene.Request))
	} else {
		w, err = swiftdialog.New(swiftdialog.Config{Path: cmd.String("swift-dialog")}).Show(ctx, prompt.Build(scene.Request))
	}
	if errors.Is(err, swiftdialog.ErrMissing) {
		return fmt.Errorf("%w; name it with --swift-dialog, or write web pages with --html FOLDER", err)
	}
	if err != nil {
		return err
	}
	r := w.Wait()
	fmt.Fprintf(cmd.Root().Writer, "%s (exit code %d) %s\n", r.Ending, r.Code, r.Detail)
	if r.Ending == swiftdialog.Broken {
		return exitCode(1)
	}
	return nil
}

func findScene(id string, base prompt.Request) (prompt.Scene, error) {
	var ids []string
	for _, s := range prompt.Scenes(base) {
		if s.ID == id {
			return s, nil
		}
		ids = append(ids, s.ID)
	}
	return prompt.Scene{}, usageError{fmt.Errorf("there is no moment %q; use one of %s", id, strings.Join(ids, ", "))}
}
