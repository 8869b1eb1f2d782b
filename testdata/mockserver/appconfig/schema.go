package appconfig

import (
	"encoding/json"
	"reflect"
	"strings"
)

// Kind is what a setting holds.
type Kind int

// The kinds. Any is a section that is kept as it comes.
const (
	Any Kind = iota
	Object
	Text
	Flag
	Number
	List
)

// Schema is the shape of the settings: which keys there are, and what they hold.
type Schema struct {
	Kind     Kind
	Children map[string]*Schema // of an Object
}

// TheSchema derives the shape from Config, so that there is one list of keys.
func TheSchema() *Schema {
	s := schemaOf(reflect.TypeFor[Config]())
	s.Children["host_settings"] = schemaOf(reflect.TypeFor[Features]())
	return s
}

func schemaOf(t reflect.Type) *Schema {
	if t == reflect.TypeFor[json.RawMessage]() {
		return &Schema{Kind: Any}
	}
	switch t.Kind() {
	case reflect.Struct:
		s := &Schema{Kind: Object, Children: map[string]*Schema{}}
		for i := range t.NumField() {
			name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
			s.Children[name] = schemaOf(t.Field(i).Type)
		}
		return s
	case reflect.String:
		return &Schema{Kind: Text}
	case reflect.Bool:
		return &Schema{Kind: Flag}
	case reflect.Int, reflect.Uint:
		return &Schema{Kind: Number}
	case reflect.Slice:
		return &Schema{Kind: List}
	}
	return &Schema{Kind: Any}
}
