package standin_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	standin "fleetmigrate/testdata/swiftdialog"
)

// A window is on the page from its first drawing until its process has gone,
// shows what it was told, and does what it is pressed for.
func TestWindowOnAPage(t *testing.T) {
	page := standin.NewPage()
	server := httptest.NewServer(page)
	defer server.Close()
	b := newBox(t, "3.1.0", standin.End{How: "page"})
	b.control.Page = server.URL
	require.NoError(t, standin.SetControl(b.path, b.control))
	_, code := b.open(b.options(map[string]any{"button2text": "Later", "button1disabled": true}))
	id := os.Getpid()
	window := func(ok func(standin.Open) bool) {
		t.Helper()
		require.Eventually(t, func() bool { all := page.Windows(); return len(all) == 1 && ok(all[0]) }, eventually, look)
	}
	window(func(o standin.Open) bool {
		return o.ID == id && strings.Contains(o.HTML, "A message") && o.Options["button1disabled"] == true
	})
	<-page.Changes()
	require.Error(t, page.Press(id, "button3"))
	require.Error(t, page.Press(id+1, "button1"))
	require.NoError(t, page.Press(id, "button1")) // disabled: nothing comes of it
	put(t, filepath.Join(b.dir, "commands"), "message: Another message\n")
	window(func(o standin.Open) bool { return strings.Contains(o.HTML, "Another message") })
	require.NoError(t, page.Press(id, "button2"))
	require.Equal(t, 2, code())
	server.CloseClientConnections() // a process takes its connections along; this one goes on
	require.Eventually(t, func() bool { return len(page.Windows()) == 0 }, eventually, look)

	late := httptest.NewRecorder()
	page.ServeHTTP(late, httptest.NewRequestWithContext(t.Context(), http.MethodPut, "/dialog/7", strings.NewReader(`{"id":7}`)))
	require.Equal(t, http.StatusGone, late.Code, "what is drawn after a window's end does not bring it back")
	require.Empty(t, page.Windows())
}
