package agent

import (
	"fmt"

	"fleetmigrate/agent/prompt"
)

// maxProblems keeps a log and a status readable when a whole catalog is wrong.
const maxProblems = 5

// problems are what IT set up and a person does not see as meant. Nothing stops
// because of one: a bad contact is not offered, a bad text is made safe.
func (m Machine) problems() []string {
	var all []string
	if _, err := prompt.ContactURL(m.Summary.Config.OrgInfo.ContactURL); err != nil {
		all = append(all, "no contact is offered: "+err.Error())
	}
	found := prompt.Lint(m.Policy.Texts)
	for _, f := range found[:min(len(found), maxProblems)] {
		all = append(all, "own text "+f.String())
	}
	if more := len(found) - maxProblems; more > 0 {
		all = append(all, fmt.Sprintf("%d further texts; see orbit lint-text", more))
	}
	return all
}

// logProblems logs what is wrong now and was not before.
func (a *Agent) logProblems(was, is []string) {
	known := map[string]bool{}
	for _, p := range was {
		known[p] = true
	}
	for _, p := range is {
		if !known[p] {
			a.log.Warn().Str("problem", p).Msg("something that IT set up is not used as it is")
		}
	}
}
