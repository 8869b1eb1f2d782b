package fleetd

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"fleetmigrate/agent/host"
)

type row = map[string]string

// rowsOf answers one distributed query, by its name, as osquery would on this
// Mac; false for a query of a table that it does not have.
func rowsOf(name string, mac host.Facts) ([]row, bool) {
	e := mac.Enrollment
	switch name {
	case "fleet_detail_query_mdm":
		payload := ""
		if strings.Contains(e.ServerURL, "/mdm/apple/mdm") { // the path of Fleet's own profile
			payload = "com.fleetdm.fleet.mdm.apple"
		}
		return []row{{"enrolled": strconv.FormatBool(e.Enrolled), "server_url": e.ServerURL,
			"installed_from_dep": strconv.FormatBool(e.ViaDEP), "payload_identifier": payload}}, true
	case "fleet_detail_query_os_version":
		return []row{{"name": "macOS", "version": mac.OSVersion, "platform": "darwin"}}, true
	case "fleet_detail_query_system_info":
		return []row{{"uuid": mac.HardwareUUID, "hardware_serial": mac.HardwareSerial, "hardware_model": mac.HardwareModel,
			"hostname": mac.ComputerName, "computer_name": mac.ComputerName}}, true
	case "fleet_detail_query_osquery_info":
		return []row{{"version": "5.14.1"}}, true
	case "fleet_detail_query_uptime":
		return []row{{"total_seconds": "3600"}}, true
	}
	return []row{}, strings.HasPrefix(name, "fleet_label_query_") || strings.HasPrefix(name, "fleet_no_policies")
}

// maxAnswer caps what is read of an answer.
const maxAnswer = 1 << 20

func (f *Fleetd) post(ctx context.Context, path string, body, into any) error {
	data, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("encoding %s: %w", path, err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, f.cfg.Server+path, bytes.NewReader(data))
	if err != nil {
		return fmt.Errorf("asking %s: %w", path, err)
	}
	reply, err := f.client.Do(req)
	if err != nil {
		return fmt.Errorf("asking %s: %w", path, err)
	}
	defer reply.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(reply.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("asking %s: %w", path, err)
	}
	if reply.StatusCode != http.StatusOK {
		return fmt.Errorf("asking %s: %s: %.200s", path, reply.Status, answer)
	}
	if into == nil {
		return nil
	}
	if err := json.Unmarshal(answer, into); err != nil {
		return fmt.Errorf("reading the answer of %s: %w", path, err)
	}
	return nil
}
