package daemon

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"runtime"
	"strconv"
	"strings"

	"fleetmigrate/agent/host"
	"fleetmigrate/pkg/deviceclient"
)

// Details is what a server asks of a Mac beside its facts. The enrollment is
// asked anew for every answer: it is what everything waits for.
type Details interface {
	Enrollment(ctx context.Context) (host.Enrollment, error)
	Vitals(ctx context.Context) host.Vitals
	EnrollmentProfile(ctx context.Context) (string, error)
}

type row = map[string]string

// The queries that are answered: those without which the server neither shows
// nor judges a host, and the one that stands for "no policies". All others are
// for a real osquery, and end with a status that says so.
const (
	detailPrefix = "fleet_detail_query_"
	noPolicies   = "fleet_no_policies_wildcard"
)

// tables are osquery's tables as far as they are answered, one row each. The
// mdm table is that of Fleet's extension.
var tables = map[string]func(context.Context, Details, host.Facts) (row, error){
	"mdm": mdmRow, "os_version": osRow, "system_info": systemRow,
}

// simpleQuery is all the SQL that is understood: columns of one table.
var simpleQuery = regexp.MustCompile(`(?is)^\s*select\s+(\*|[a-z_0-9]+(?:\s*,\s*[a-z_0-9]+)*)\s+from\s+([a-z_]+)(?:\s+limit\s+\d+)?\s*;?\s*$`)

var errNotOurs = errors.New("this agent answers only what the migration needs")

// errNotTold keeps what the server knows from being overwritten with nothing.
var errNotTold = errors.New("this Mac is too busy to say it")

// answerAll answers what is due. Discovery queries are not looked at: they ask
// whether a table is there, and those that are answered are.
func answerAll(ctx context.Context, d Details, f host.Facts, due map[string]string) deviceclient.DistributedResults {
	r := deviceclient.DistributedResults{Queries: map[string][]row{}, Statuses: map[string]int{}, Messages: map[string]string{}}
	for name, sql := range due {
		rows, err := answerOne(ctx, d, f, name, sql)
		r.Queries[name] = rows
		if err != nil {
			r.Statuses[name], r.Messages[name] = 1, err.Error()
			continue
		}
		r.Statuses[name] = 0
	}
	return r
}

func answerOne(ctx context.Context, d Details, f host.Facts, name, sql string) ([]row, error) {
	if name == noPolicies {
		return []row{{"1": "1"}}, nil
	}
	table, known := strings.CutPrefix(name, detailPrefix)
	m := simpleQuery.FindStringSubmatch(sql)
	if !known || m == nil || tables[table] == nil || !strings.EqualFold(m[2], table) {
		return []row{}, errNotOurs
	}
	all, err := tables[table](ctx, d, f)
	if err != nil {
		return []row{}, err
	}
	picked, err := pick(all, m[1])
	if err != nil {
		return []row{}, err
	}
	return []row{picked}, nil
}

func pick(all row, columns string) (row, error) {
	if columns == "*" {
		return all, nil
	}
	picked := row{}
	for _, c := range strings.Split(columns, ",") {
		c = strings.TrimSpace(c)
		v, ok := all[c]
		if !ok {
			return nil, fmt.Errorf("no such column: %s", c)
		}
		picked[c] = v
	}
	return picked, nil
}

func mdmRow(ctx context.Context, d Details, _ host.Facts) (row, error) {
	e, err := d.Enrollment(ctx)
	if err != nil {
		return nil, err
	}
	profile := ""
	if e.Enrolled {
		if profile, err = d.EnrollmentProfile(ctx); err != nil {
			return nil, err
		}
	}
	return row{
		"enrolled": strconv.FormatBool(e.Enrolled), "server_url": e.ServerURL,
		"installed_from_dep": strconv.FormatBool(e.ViaDEP), "user_approved": strconv.FormatBool(e.UserApproved),
		"payload_identifier": profile,
	}, nil
}

func osRow(ctx context.Context, d Details, f host.Facts) (row, error) {
	if f.OSVersion == "" {
		return nil, errNotTold
	}
	parts := append(strings.Split(f.OSVersion, "."), "0", "0") // "15.1" is 15.1.0
	return row{
		"name": "macOS", "version": f.OSVersion, "major": parts[0], "minor": parts[1], "patch": parts[2],
		"build": d.Vitals(ctx).Build, "platform": "darwin", "platform_like": "darwin", "arch": arch(),
	}, nil
}

func systemRow(ctx context.Context, d Details, f host.Facts) (row, error) {
	if f.HardwareUUID == "" {
		return nil, errNotTold
	}
	v := d.Vitals(ctx)
	return row{
		"uuid": f.HardwareUUID, "hostname": v.HostName, "computer_name": f.ComputerName, "local_hostname": v.HostName,
		"hardware_serial": f.HardwareSerial, "hardware_model": f.HardwareModel, "hardware_vendor": "Apple Inc.", "hardware_version": "",
		"cpu_brand": v.CPU, "cpu_type": arch(), "cpu_physical_cores": v.PhysicalCPUs, "cpu_logical_cores": v.LogicalCPUs,
		"physical_memory": v.Memory,
	}, nil
}

// arch is the processor's name as osquery has it.
func arch() string {
	if runtime.GOARCH == "amd64" {
		return "x86_64"
	}
	return runtime.GOARCH
}
