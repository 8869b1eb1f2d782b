package preview

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"os"
	"path/filepath"

	"fleetmigrate/swiftdialog"
)

// Gallery is every dialog of a product, for whoever has to approve them: one
// page per language, each dialog in light and dark, with what it does that a
// picture can't show.
type Gallery struct {
	Title, About string
	Sheets       []Sheet // the first becomes index.html
}

// Sheet is one language.
type Sheet struct {
	Language, Name string // BCP 47, and what its speakers call it
	Notes          []string
	Scenes         []Scene
}

// Scene is one dialog.
type Scene struct {
	ID, When    string
	Light, Dark swiftdialog.Options
}

//go:embed gallery.html
var gallerySource string

//go:embed gallery.css
var galleryStyle string

var galleryPage = template.Must(template.New("gallery").Parse(gallerySource))

// Write writes the pages into a folder, which is made where it is not there,
// and gives the path of the first.
func (g Gallery) Write(dir string) (string, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("making the gallery's folder: %w", err)
	}
	type link struct{ File, Language, Name string }
	var links []link
	for i, s := range g.Sheets {
		links = append(links, link{fileName(i, s), s.Language, s.Name})
	}
	for i, s := range g.Sheets {
		drawn, err := s.draw()
		if err != nil {
			return "", err
		}
		var out bytes.Buffer
		err = galleryPage.Execute(&out, map[string]any{"Title": g.Title, "About": g.About, "Sheets": links, "Sheet": s, "Drawn": drawn,
			"Style": template.CSS(style + galleryStyle)})
		if err != nil {
			return "", fmt.Errorf("drawing the gallery: %w", err)
		}
		if err := os.WriteFile(filepath.Join(dir, fileName(i, s)), out.Bytes(), 0o644); err != nil {
			return "", fmt.Errorf("writing the gallery: %w", err)
		}
	}
	return filepath.Join(dir, "index.html"), nil
}

func fileName(i int, s Sheet) string {
	if i == 0 {
		return "index.html"
	}
	return s.Language + ".html"
}

// drawn is a scene as the page needs it.
type drawn struct {
	ID, When    string
	Facts       []string
	Light, Dark template.HTML
	Blur        bool
	JSON        string
}

func (s Sheet) draw() ([]drawn, error) {
	var all []drawn
	for _, scene := range s.Scenes {
		light, err := HTML(scene.Light, false)
		if err != nil {
			return nil, err
		}
		dark, err := HTML(scene.Dark, true)
		if err != nil {
			return nil, err
		}
		given, err := scene.given()
		if err != nil {
			return nil, err
		}
		all = append(all, drawn{scene.ID, scene.When, facts(scene.Light), template.HTML(light), template.HTML(dark), scene.Light.Blur, given})
	}
	return all, nil
}

// given is the JSON for swiftDialog, laid out for people.
func (s Scene) given() (string, error) {
	data, err := s.Light.JSON(swiftdialog.Version{Major: 2, Minor: 5, Patch: 6})
	if err != nil {
		return "", fmt.Errorf("encoding the dialog: %w", err)
	}
	var out bytes.Buffer
	if err := json.Indent(&out, data, "", "  "); err != nil {
		return "", fmt.Errorf("encoding the dialog: %w", err)
	}
	return out.String(), nil
}

// facts are what a picture can't show.
func facts(o swiftdialog.Options) []string {
	all := []string{fmt.Sprintf("%d × %d pt", o.Width, o.Height)}
	for _, f := range []struct {
		holds bool
		says  string
	}{
		{o.OnTop, "stays on top"}, {o.Blur, "blurs the screen"}, {o.Moveable, "can be moved"},
		{o.Guard > 0, fmt.Sprintf("“%s” waits %s", o.Button1, o.Guard)}, {o.HoldQuit, "Command-Q does nothing"},
		{o.Button2 != "", "Esc: “" + o.Button2 + "”"},
	} {
		if f.holds {
			all = append(all, f.says)
		}
	}
	return all
}
