package options

import (
	"fmt"
	"time"
)

// Source says where a value comes from.
type Source string

// The sources, in the order in which they win.
const (
	FromFlag    Source = "flag"
	FromEnv     Source = "environment"
	FromProfile Source = "profile"
	FromKept    Source = "kept"
	FromFile    Source = "file"
	FromDefault Source = "default"
	FromNowhere Source = "not set"
)

// Value is what an option is, and why.
type Value struct {
	Option Option
	Text   string // as it was given
	Source Source
	Where  string    // the flag, variable or file, for a person
	At     time.Time // of a kept value: when the profile was last seen to say so
}

// Shown is the value for people: a secret is masked.
func (v Value) Shown() string {
	if v.Option.Secret && v.Text != "" {
		return "********"
	}
	return v.Text
}

// Problem is a value that can't be used, and what is used instead. It quotes
// no secret.
type Problem struct {
	Option string `json:"option"`
	Where  string `json:"where"`
	Why    string `json:"why"`
	Now    Source `json:"now"` // where the value comes from that is used instead
}

func (p Problem) Error() string {
	return fmt.Sprintf("%s: %s; %s", p.Where, p.Why, instead[p.Now])
}

var instead = map[Source]string{
	FromFlag: "the flag is used", FromEnv: "the environment is used", FromProfile: "what the other profiles say is used",
	FromKept: "what the profile said before is used", FromFile: "the file of the package is used",
	FromDefault: "the default is used", FromNowhere: "it is not set",
}

// Resolved is a whole configuration.
type Resolved struct {
	Config   Config
	Values   []Value // one per option, in the table's order
	Problems []Problem
}

// Value finds an option's value by name.
func (r Resolved) Value(name string) Value {
	for _, v := range r.Values {
		if v.Option.Name == name {
			return v
		}
	}
	return Value{Source: FromNowhere}
}

// given is one source's word on an option.
type given struct {
	text   string
	source Source
	where  string
	at     time.Time
	err    error // it is there, and can't be read
}

// resolve takes, per option, the first good word.
func resolve(words func(Option) []given) Resolved {
	var r Resolved
	for _, o := range table {
		value, bad := choose(o, words(o), &r.Config)
		r.Values = append(r.Values, value)
		for _, p := range bad {
			p.Now = value.Source
			r.Problems = append(r.Problems, p)
		}
	}
	return r
}

func choose(o Option, words []given, c *Config) (v Value, bad []Problem) {
	for _, w := range words {
		err := w.err
		if err == nil {
			err = o.apply(c, w.text)
		}
		if err == nil {
			return Value{o, w.text, w.source, w.where, w.at}, bad
		}
		bad = append(bad, Problem{Option: o.Name, Where: w.where, Why: err.Error()})
	}
	if o.Default == "" {
		return Value{Option: o, Source: FromNowhere}, bad
	}
	if err := o.apply(c, o.Default); err != nil { // a test holds the table to its own checks
		bad = append(bad, Problem{Option: o.Name, Where: "the table", Why: err.Error()})
	}
	return Value{Option: o, Text: o.Default, Source: FromDefault}, bad
}
