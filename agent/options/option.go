package options

import "slices"

// Kind is what a value is. A profile may hold the kind's own plist type; flags
// and environment are text.
type Kind string

// The kinds, how they are written as text, and their plist types.
const (
	Text     Kind = "text"     // as it is; <string>
	Boolean  Kind = "boolean"  // true or false; <true/>, <false/>
	Integer  Kind = "integer"  // 3; <integer>
	Duration Kind = "duration" // 90s, 15m, 2h; <string>
	Time     Kind = "time"     // RFC 3339; <date>, or <string>
	Choice   Kind = "choice"   // one of Choices; <string>
	List     Kind = "list"     // with commas; <array> of <string>
	Texts    Kind = "texts"    // JSON; <dict> of language to <dict> of text id to <string>
)

// The managed preference domains.
const (
	FleetDomain = "com.fleetdm.fleetd.config" // Fleet's own: where the server is
	AgentDomain = "com.fleetmigrate"          // this agent's options
)

// Option is one row of the table.
type Option struct {
	Name    string   // "forced-interval"; its flag is --forced-interval
	Group   string   // under which heading it is shown
	Env     string   // "ORBIT_FORCED_INTERVAL"
	Domain  string   // of managed preferences; "" where no profile can set it
	Key     string   // in that domain: "ForcedInterval"
	File    string   // path below the root folder of a file that the pkg may leave
	Kind    Kind     //
	Choices []string // of a Choice
	Default string   // as text; "" is none
	Title   string   // a few words, for forms
	Help    string   // one or two sentences
	Example string   // as text
	Secret  bool     // masked wherever it is shown, and never a flag: every user can read those

	field func(*Config) any
	check func(text string) error
}

// Managed reports that a profile can set the option.
func (o Option) Managed() bool { return o.Domain != "" }

// Flag is the option's flag without dashes; "" where it has none.
func (o Option) Flag() string {
	if o.Secret {
		return ""
	}
	return o.Name
}

// All is the table, in the order in which it is shown.
func All() []Option { return slices.Clone(table) }

// ByName finds an option.
func ByName(name string) (Option, bool) {
	i := slices.IndexFunc(table, func(o Option) bool { return o.Name == name })
	if i < 0 {
		return Option{}, false
	}
	return table[i], true
}

// Domains are the managed preference domains of the table.
func Domains() []string { return []string{FleetDomain, AgentDomain} }
