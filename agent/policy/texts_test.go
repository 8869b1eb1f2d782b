package policy_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"fleetmigrate/agent/policy"
)

func TestParseTexts(t *testing.T) {
	texts, err := policy.ParseTexts([]byte(`{"de":{"start":"Los"},"fr":{}}`))
	require.NoError(t, err)
	require.Equal(t, map[string]map[string]string{"de": {"start": "Los"}, "fr": {}}, texts)
	for in, says := range map[string]string{
		``:                                  "unexpected end",
		`[1]`:                               "the whole is a list",
		`null`:                              "the whole is null",
		`{"de":"Los"}`:                      `language "de" is a string; it must hold texts by id`,
		`{"de":null}`:                       `language "de" is null`,
		`{"de":{"later":"x","start":5}}`:    `text "start" of language "de" is a number; it must be a string`,
		`{"de":{"start":true}}`:             "is a boolean",
		`{"de":{"start":{"deeper":"Los"}}}`: "is a dictionary",
		`{"de":{"start":null}}`:             "is null",
	} {
		texts, err := policy.ParseTexts([]byte(in))
		require.ErrorContains(t, err, says, in)
		require.Nil(t, texts, in)
	}
}
