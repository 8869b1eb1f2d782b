package pages

import (
	"slices"

	"fleetmigrate/agent/prompt"
)

// moments are the dialogs beside the question itself, for which the page has
// controls of its own.
func moments(base prompt.Request) []prompt.Scene {
	return slices.DeleteFunc(prompt.Scenes(base), func(s prompt.Scene) bool {
		v := prompt.Variant(s.ID)
		return v == prompt.ADE || v == prompt.Manual || v == prompt.PreSonoma || s.ID == "ade-forced"
	})
}

// tongue is a language to choose.
type tongue struct{ Tag, Name string }

func languages() (all []tongue) {
	for _, l := range prompt.Languages {
		all = append(all, tongue{l, prompt.Texts(l)["language_name"]})
	}
	return all
}
