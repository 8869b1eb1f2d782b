package prompt_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"fleetmigrate/agent/prompt"
	"fleetmigrate/swiftdialog"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func request(v prompt.Variant) prompt.Request {
	return prompt.Request{Variant: v, Language: "en", OrgName: "Acme", ContactURL: "https://acme.example.com", Now: noon, DeferralsLeft: -1, Pictures: "/pictures"}
}

// TestEveryVariant holds what each window has to say and to offer.
func TestEveryVariant(t *testing.T) {
	for v, want := range map[prompt.Variant]struct {
		says                  []string
		button1, button2, end string
		picture               string
	}{
		prompt.ADE:           {[]string{"Acme is moving", "Remote Management"}, "Start", "Later", "Unsure? Contact IT", "remote-management-light.png"},
		prompt.Manual:        {[]string{"Acme is moving", "My device", "Turn on MDM"}, "Start", "Later", "Unsure? Contact IT", "my-device-light.png"},
		prompt.PreSonoma:     {[]string{"Acme is moving", "notification"}, "Start", "Later", "Unsure? Contact IT", "notification-light.png"},
		prompt.Progress:      {[]string{"letting go"}, "", "Close", "Unsure? Contact IT", ""},
		prompt.TakingLonger:  {[]string{"longer than usual"}, "", "Close", "Unsure? Contact IT", ""},
		prompt.WaitingADE:    {[]string{"One step is left", "1. ", "2. ", "3. ", "Open Remote Management again"}, "Open Remote Management again", "Close", "Unsure? Contact IT", "remote-management-light.png"},
		prompt.WaitingManual: {[]string{"One step is left", "1. ", "2. ", "3. ", "Device Management"}, "Open My device again", "Close", "Unsure? Contact IT", "my-device-light.png"},
		prompt.Done:          {[]string{"Thank you", "Acme now manages"}, "OK", "", "Unsure? Contact IT", "done-light.png"},
		prompt.Offline:       {[]string{"connect this Mac"}, "Close", "", "Unsure? Contact IT", ""},
		prompt.Failed:        {[]string{"did not answer", "M-500"}, "Close", "", "Contact IT", ""},
		prompt.NotEligible:   {[]string{"eligible", "M-500"}, "Close", "", "Contact IT", ""},
		prompt.About:         {[]string{"`Fleet Desktop 1.0.0`"}, "OK", "Copy line", "What Fleet can see", ""},
	} {
		t.Run(string(v), func(t *testing.T) {
			r := request(v)
			r.Reason, r.Code, r.Diagnostic = prompt.ReasonServer, "M-500", "Fleet Desktop 1.0.0"
			o := prompt.Build(r)
			for _, s := range want.says {
				require.Contains(t, strings.ReplaceAll(o.Message, `\`, ""), s)
			}
			require.Equal(t, []string{want.button1, want.button2, want.end}, []string{o.Button1, o.Button2, o.InfoButton})
			require.Equal(t, want.picture, strings.TrimPrefix(o.Banner, "/pictures/"))
			if v != prompt.About {
				require.Contains(t, o.Message, "Acme", "it says who speaks")
			}
			require.False(t, o.OnTop || o.Blur || o.HoldQuit, "nobody forces anything here")
			r.ContactURL = ""
			if v != prompt.About {
				require.Empty(t, prompt.Build(r).InfoButton, "no contact, no button that leads nowhere")
			}
		})
	}
	require.Len(t, prompt.Variants, 12)
}

func TestForce(t *testing.T) {
	r := request(prompt.ADE)
	r.Automatic = true
	o := prompt.Build(r)
	require.Equal(t, 2*time.Second, o.Guard, "a Return meant for another window starts nothing")
	require.False(t, o.OnTop || o.Blur)
	r.Forced = true
	o = prompt.Build(r)
	require.True(t, o.OnTop && !o.Blur && o.Moveable)
	r.Blur = true
	o = prompt.Build(r)
	require.True(t, o.OnTop && o.Blur && !o.Moveable)
	r.Forced = false
	o = prompt.Build(r)
	require.False(t, o.OnTop || o.Blur, "a voluntary dialog never takes the screen")
	r.Automatic = false
	require.Zero(t, prompt.Build(r).Guard, "who clicked need not wait")
}

func TestLaterSaysWhen(t *testing.T) {
	for _, tt := range []struct {
		change func(*prompt.Request)
		says   string
		later  string
	}{
		{func(r *prompt.Request) {}, "any time from the Fleet menu", "Later"},
		{func(r *prompt.Request) { r.ReturnsIn = 15 * time.Minute }, "comes back after 15 minutes.", "Later"},
		{func(r *prompt.Request) { r.ReturnsIn = 24 * time.Hour }, "comes back after 24 hours.", "Later"},
		{func(r *prompt.Request) { r.ReturnsIn, r.ReturnsAt = time.Hour, noon.Add(time.Hour) }, "comes back after 1:00 PM.", "Later"},
		{func(r *prompt.Request) { r.ReturnsIn, r.ReturnsAt, r.Clock = time.Hour, noon.Add(time.Hour), "24" }, "comes back after 13:00.", "Later"},
		{func(r *prompt.Request) { r.ReturnsIn, r.ReturnsAt = 24*time.Hour, noon.Add(24*time.Hour) }, "comes back on Tuesday after 12:00 PM.", "Later"},
		{func(r *prompt.Request) { r.ReturnsIn, r.ReturnsAt = 13*time.Hour, noon.Add(13*time.Hour) }, "comes back on Tuesday after 1:00 AM.", "Later"},
		{func(r *prompt.Request) { r.ReturnsIn, r.ReturnsAt = 168*time.Hour, noon.Add(168*time.Hour) }, "comes back on Monday, March 9, 2026 after 12:00 PM.", "Later"},
		{func(r *prompt.Request) {
			r.ReturnsIn, r.ReturnsAt = time.Hour, noon.Add(time.Hour).In(time.FixedZone("", -5*3600))
		}, "comes back after 1:00 PM.", "Later"},
		{func(r *prompt.Request) { r.ReturnsIn, r.DeferralsLeft = time.Hour, 1 }, "put this off one more time", "Later"},
		{func(r *prompt.Request) { r.ReturnsIn, r.DeferralsLeft = time.Hour, 2 }, "put this off 2 more times", "Later"},
		{func(r *prompt.Request) { r.Deadline = noon.Add(time.Hour) }, "finish this by Monday, March 2, 2026, 1:00 PM", "Later"},
		{func(r *prompt.Request) { r.Deadline = noon.Add(-time.Hour) }, "was due on Monday, March 2, 2026, 11:00 AM", "Later"},
		{func(r *prompt.Request) { r.DeferralsLeft = 0 }, "Start", ""},
	} {
		r := request(prompt.ADE)
		tt.change(&r)
		o := prompt.Build(r)
		require.Contains(t, o.Message, tt.says)
		require.Equal(t, tt.later, o.Button2)
		require.Equal(t, tt.later == "", o.HoldQuit)
	}
	r := request(prompt.WaitingADE)
	r.ReturnsIn = 3 * time.Minute
	require.Contains(t, prompt.Build(r).Message, "comes back after 3 minutes.")
}

func TestWhereTheProfileWaits(t *testing.T) {
	for major, place := range map[int]string{0: "General › Device Management", 26: "General › Device Management", 15: "General › Device Management",
		14: "Privacy & Security › Profiles", 13: "System Settings › Privacy", 12: "System Preferences › Profiles"} {
		r := request(prompt.WaitingManual)
		r.MacOS = major
		require.Contains(t, prompt.Build(r).Message, place)
	}
}

func TestEveryFailureHasItsWords(t *testing.T) {
	seen := map[string]bool{}
	for _, reason := range []prompt.Reason{prompt.ReasonServer, prompt.ReasonOffline, prompt.ReasonRefused, prompt.ReasonTimeout, prompt.ReasonBrowser, prompt.ReasonInternal} {
		r := request(prompt.Failed)
		r.Reason = reason
		text := prompt.Build(r).Message
		require.False(t, seen[text], reason)
		seen[text] = true
	}
	r := request(prompt.Failed)
	require.True(t, seen[prompt.Build(r).Message], "a failure without a reason has words too")
}

func TestLogo(t *testing.T) {
	r := request(prompt.Failed)
	without := prompt.Build(r)
	require.Empty(t, without.Icon+without.IconAlt)
	r.Logo = prompt.Logo{Light: "/l.png", Dark: "/d.png"}
	o := prompt.Build(r)
	require.Equal(t, "/l.png", o.Icon)
	require.Equal(t, "/d.png", o.IconDark)
	require.Equal(t, "Logo of Acme", o.IconAlt, "VoiceOver says whose it is")
	require.Greater(t, o.Height, without.Height)
	r.Dark = true
	require.Equal(t, "/d.png", prompt.Build(r).Icon, "versions that know one icon get the right one")
	r.Logo = prompt.Logo{Dark: "/d.png", Aspect: 4}
	r.Dark = false
	o = prompt.Build(r)
	require.Equal(t, "/d.png", o.Icon, "one logo serves both")
	require.Equal(t, 200, o.IconSize)
	for aspect, size := range map[float64]int{0: 80, 1: 80, 0.25: 20, 2: 160, 100: 200, 0.001: 1} {
		r.Logo.Aspect = aspect
		require.Equal(t, size, prompt.Build(r).IconSize, "at most 80 points high: the window has room for no more")
	}
}

// TestForeignWordsStayWords holds that no name of an organization becomes
// markup, a placeholder or an option, in any window of any version.
func TestForeignWordsStayWords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := request(rapid.SampledFrom(prompt.Variants).Draw(t, "variant"))
		r.Language = rapid.SampledFrom(prompt.Languages).Draw(t, "language")
		nasty := rapid.SampledFrom([]string{"{HOME}", "**", "[x](https://evil.example.com)", "-", ".md", ":red[x]", "\n# ", "<br>", "![", "`", "\u202e", "a"})
		r.OrgName = strings.Join(rapid.SliceOf(nasty).Draw(t, "name"), "")
		r.Code, r.Diagnostic = r.OrgName, r.OrgName
		o := prompt.Build(r)
		require.Equal(t, o, prompt.Build(r), "the same request, the same window")
		text := swiftdialog.Text(o.Message, 1<<20)
		if r.Variant != prompt.About {
			require.NotContains(t, text, "](")
			require.NotContains(t, text, "\n#  ")
		}
		require.NotContains(t, text, "{HOME}")
		require.NotRegexp(t, `:[A-Za-z]+\[`, text)
	})
}

// TestNamesStandApart: Latin words among Chinese or Japanese ones have spaces
// around them, as in Apple's own texts; others have none.
func TestNamesStandApart(t *testing.T) {
	for _, tt := range []struct{ lang, org, says string }{
		{"zh-Hans", "Acme", "Acme 正在"}, {"zh-Hans", "示例公司", "示例公司正在"}, {"ja", "Acme Inc.", "Acme Inc\\. は"}, {"ja", "例社", "例社は"}, {"ko", "Acme", "Acme에서"},
	} {
		r := request(prompt.ADE)
		r.Language, r.OrgName = tt.lang, tt.org
		require.Contains(t, prompt.Build(r).Message, tt.says)
	}
}
