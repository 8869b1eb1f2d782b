package main

import (
	"errors"
	"fmt"
	"strconv"
	"time"
)

// The kinds of settings, for flags and environment alike.
type (
	text     string
	boolean  bool
	duration time.Duration
)

func (t *text) Set(s string) error { *t = text(s); return nil }
func (t *text) String() string     { return string(*t) }

func (b *boolean) Set(s string) error {
	v, err := strconv.ParseBool(s)
	if err != nil {
		return fmt.Errorf("%q is neither true nor false", s)
	}
	*b = boolean(v)
	return nil
}
func (b *boolean) String() string   { return strconv.FormatBool(bool(*b)) }
func (b *boolean) IsBoolFlag() bool { return true }

func (d *duration) Set(s string) error {
	v, err := time.ParseDuration(s)
	if err != nil {
		return fmt.Errorf("%q is not a duration; write it like 90s or 15m", s)
	}
	if v < time.Second {
		return errors.New("a duration of at least 1s is needed")
	}
	*d = duration(v)
	return nil
}
func (d *duration) String() string { return time.Duration(*d).String() }
