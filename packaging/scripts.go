package packaging

import (
	"bytes"
	"embed"
	"fmt"
	"io"
	"io/fs"
	"text/template"
	"time"

	"fleetmigrate/packaging/cpio"
	"fleetmigrate/packaging/deflate"
)

// The scripts are templates for their paths and labels alone; they use a fixed
// PATH and nothing that /bin/sh of macOS 12 lacks.
//
//go:embed scripts
var scriptFiles embed.FS

var scriptTemplates = template.Must(template.ParseFS(scriptFiles, "scripts/*"))

// script gives one script as it is installed.
func script(name string) []byte {
	var out bytes.Buffer
	err := scriptTemplates.ExecuteTemplate(&out, name, map[string]string{
		"Home": home, "Daemon": daemonPath, "Agent": agentPath, "Newsyslog": newsyslogPath,
		"DaemonLabel": DaemonLabel, "AgentLabel": AgentLabel, "Identifier": Identifier,
	})
	if err != nil {
		panic(err) // the templates and the values are both fixed above
	}
	return out.Bytes()
}

// scripts lists what travels in the Scripts archive: the two that Installer
// runs, and beside them what is for orbit. The secret is root's alone there too.
func (o Options) scripts() []file {
	all := &own{}
	all.add("preinstall", 0o755, script("preinstall"))
	all.add("postinstall", 0o755, script("postinstall"))
	if o.FleetURL != "" {
		all.add("fleet-url", 0o644, []byte(o.FleetURL+"\n"))
	}
	if o.EnrollSecret != "" {
		all.add("enroll-secret", 0o600, []byte(o.EnrollSecret+"\n"))
	}
	return all.files
}

// packScripts gives the Scripts archive.
func packScripts(files []file, epoch time.Time) ([]byte, error) {
	var out bytes.Buffer
	zip := deflate.NewWriter(&out)
	err := writeScripts(cpio.NewWriter(zip, epoch), files)
	if closed := zip.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return nil, fmt.Errorf("writing scripts: %w", err)
	}
	return out.Bytes(), nil
}

func writeScripts(w *cpio.Writer, files []file) error {
	if err := w.WriteHeader(cpio.Header{Path: ".", Mode: fs.ModeDir | 0o755, Links: len(files) + 2}); err != nil {
		return err
	}
	for _, f := range files {
		if err := w.WriteHeader(cpio.Header{Path: f.Path, Mode: f.Mode, Size: f.Size}); err != nil {
			return err
		}
		if _, err := io.Copy(w, bytes.NewReader(f.content)); err != nil {
			return err
		}
	}
	return w.Close()
}
