package main

import (
	"fmt"
	"io"

	"fleetmigrate/agent/prompt"
	"fleetmigrate/swiftdialog/preview"
)

const galleryAbout = "Every dialog that Fleet Desktop can show, in the order in which a person may meet them, drawn by the code that makes them. " +
	"swiftDialog's fonts and spacing differ a little; texts, pictures, buttons and behavior are the same."

// writeGallery writes one page per language; a moment limits them to itself.
func writeGallery(w io.Writer, folder, moment string, base prompt.Request) error {
	g := preview.Gallery{Title: "Fleet migration dialogs", About: galleryAbout}
	for _, lang := range languagesFrom(base.Language) {
		base.Language = lang
		sheet, err := drawSheet(moment, base)
		if err != nil {
			return err
		}
		g.Sheets = append(g.Sheets, sheet)
	}
	index, err := g.Write(folder)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(w, index)
	return err
}

// languagesFrom puts the one that was asked for first: it becomes index.html.
func languagesFrom(first string) []string {
	all := []string{first}
	for _, lang := range prompt.Languages {
		if lang != first {
			all = append(all, lang)
		}
	}
	return all
}

func drawSheet(moment string, base prompt.Request) (preview.Sheet, error) {
	sheet := preview.Sheet{Language: base.Language, Name: prompt.Texts(base.Language)["language_name"]}
	for _, f := range prompt.Lint(base.Overrides) {
		if f.Language == base.Language {
			sheet.Notes = append(sheet.Notes, f.String())
		}
	}
	if moment != "" {
		if _, err := findScene(moment, base); err != nil {
			return sheet, err
		}
	}
	dark := base
	base.Dark, dark.Dark = false, true
	after := prompt.Scenes(dark)
	for i, s := range prompt.Scenes(base) {
		if moment == "" || moment == s.ID {
			sheet.Scenes = append(sheet.Scenes, preview.Scene{ID: s.ID, When: s.When, Light: prompt.Build(s.Request), Dark: prompt.Build(after[i].Request)})
		}
	}
	return sheet, nil
}
