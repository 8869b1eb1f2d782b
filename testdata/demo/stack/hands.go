package stack

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	"fleetmigrate/agent"
	"fleetmigrate/agent/host"
	"fleetmigrate/testdata/demo/tray"
	"fleetmigrate/testdata/oldmdm"
	standin "fleetmigrate/testdata/swiftdialog"
)

// maxAnswer caps what is read of the server's answers.
const maxAnswer = 4 << 20

// Admin calls the server as its admin. A status of 400 or more is an error
// that holds the answer.
func (s *Stack) Admin(ctx context.Context, method, path string, body any) ([]byte, error) {
	data, err := json.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("encoding the request: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, s.Server+path, bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("asking the server: %w", err)
	}
	req.Header.Set("Authorization", "Bearer "+s.AdminToken)
	reply, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, fmt.Errorf("asking the server: %w", err)
	}
	defer reply.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(reply.Body, maxAnswer))
	if err != nil {
		return nil, fmt.Errorf("reading the server's answer: %w", err)
	}
	if reply.StatusCode >= 400 {
		return answer, &AnswerError{Status: reply.StatusCode, Body: answer}
	}
	return answer, nil
}

// AnswerError is an answer of the server that is none.
type AnswerError struct {
	Status int
	Body   []byte
}

// Error implements error.
func (e *AnswerError) Error() string { return fmt.Sprintf("the server said %d: %s", e.Status, e.Body) }

// Migration saves the settings of the migration workflow, as IT does.
func (s *Stack) Migration(ctx context.Context, enable bool, mode string) error {
	_, err := s.Admin(ctx, http.MethodPatch, "/api/latest/fleet/config", map[string]any{"mdm": map[string]any{
		"macos_migration": map[string]any{"enable": enable, "mode": mode, "webhook_url": s.Webhook}}})
	return err
}

// Enroll is the person clicking through Remote Management: the Mac is in Fleet
// from then on, and Fleet knows.
func (s *Stack) Enroll(ctx context.Context) error {
	err := oldmdm.Edit(s.MacFile(), func(f *host.Facts) {
		f.Enrollment = host.Enrollment{Enrolled: true, ViaDEP: f.ADE.Assigned, UserApproved: true, ServerURL: s.Server + "/mdm/apple/mdm"}
	})
	if err != nil {
		return err
	}
	_, err = s.Admin(ctx, http.MethodPost, "/api/latest/fleet/hosts/"+Serial+"/enroll", nil)
	return err
}

// Reset puts the Mac back into the old MDM.
func (s *Stack) Reset(ctx context.Context) error {
	if _, err := s.Admin(ctx, http.MethodPost, "/api/latest/fleet/hosts/"+Serial+"/unenroll", nil); err != nil {
		return err
	}
	if err := oldmdm.Edit(s.MacFile(), intoOldMDM); err != nil {
		return err
	}
	_, err := s.Admin(ctx, http.MethodPost, "/api/latest/fleet/hosts/"+Serial+"/refetch", nil)
	return err
}

// Mac is what the Mac says of itself.
func (s *Stack) Mac() (host.Facts, error) {
	return host.NewFile(s.MacFile()).Facts(context.Background())
}

// Status is what the desktop last wrote of itself; its zero value before that.
func (s *Stack) Status() agent.Status {
	status, err := agent.LoadStatus(filepath.Join(s.StateDir(), "status.json"))
	if err != nil {
		return agent.Status{}
	}
	return status
}

// Menu is what a person sees in the menu; nil while no program is in the tray.
func (s *Stack) Menu(ctx context.Context) []tray.Entry {
	entries, err := s.Tray.Menu(ctx)
	if err != nil {
		return nil
	}
	return entries
}

// HasItem reports that the menu shows an item.
func (s *Stack) HasItem(ctx context.Context, label string) bool {
	return slices.ContainsFunc(s.Menu(ctx), func(e tray.Entry) bool { return e.Label == label })
}

// Window is the dialog that is open; nil without one.
func (s *Stack) Window() *standin.Open {
	windows := s.Page.Windows()
	if len(windows) == 0 {
		return nil
	}
	newest := slices.MaxFunc(windows, func(a, b standin.Open) int { return a.ID - b.ID })
	return &newest
}

// Press presses a button of the open dialog: button1, button2, info, cmdq or close.
func (s *Stack) Press(button string) error {
	w := s.Window()
	if w == nil {
		return fmt.Errorf("pressing %s: no dialog is open", button)
	}
	return s.Page.Press(w.ID, button)
}

// Transcripts are what the windows so far were told and how they ended.
func (s *Stack) Transcripts() ([]standin.Transcript, error) {
	return standin.Transcripts(s.windowsDir())
}

// Secrets are what no log, argument list or error may hold.
func (s *Stack) Secrets() []string {
	token, err := os.ReadFile(s.TokenFile())
	secrets := []string{s.AdminToken, s.secret}
	if err == nil {
		secrets = append(secrets, string(token))
	}
	return secrets
}
