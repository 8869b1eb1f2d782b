package pages

import (
	"cmp"
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

// choice is a moment to choose.
type choice struct{ ID, Name, When string }

// momentNames are what people call the scenes of package prompt.
var momentNames = map[string]string{
	"ade-deadline": "Before a deadline", "ade-near": "Near the deadline", "ade-overdue": "After the deadline",
	"progress": "After Start", "taking_longer": "Taking longer", "waiting_ade": "Between the MDMs", "waiting_manual": "Between the MDMs, by hand", "done": "Done",
	"offline": "Offline", "failed-server": "Failed: server", "failed-offline": "Failed: no network", "failed-refused": "Failed: token", "failed-timeout": "Failed: old MDM",
	"failed-browser": "Failed: browser", "failed-internal": "Failed: this Mac", "not_eligible": "Not eligible", "about": "About",
}

func choices() (all []choice) {
	for _, s := range moments(prompt.Request{Language: prompt.Languages[0]}) {
		all = append(all, choice{s.ID, cmp.Or(momentNames[s.ID], s.ID), s.When})
	}
	return all
}

// tongue is a language to choose.
type tongue struct{ Tag, Name string }

func languages() (all []tongue) {
	for _, l := range prompt.Languages {
		all = append(all, tongue{l, prompt.Texts(l)["language_name"]})
	}
	return all
}
