package server_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fleetmigrate/testdata/mockserver"
)

// role makes this program the server that is measured: "baseline", or a number of hosts.
const role = "BENCH_SERVER_ROLE"

const deviceToken = "device-token-%06d"

func TestMain(m *testing.M) {
	if as := os.Getenv(role); as != "" {
		if err := serve(as); err != nil {
			fmt.Fprintln(os.Stderr, "serving:", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func serve(as string) error {
	handler, err := newHandler(as)
	if err != nil {
		return err
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(ln.Addr())
	return (&http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}).Serve(ln)
}

func newHandler(as string) (http.Handler, error) {
	if as == "baseline" {
		return baseline()
	}
	hosts, err := strconv.Atoi(as)
	if err != nil {
		return nil, err
	}
	return newServer(hosts)
}

// newServer has so many Macs, half of which are to migrate, and the workflow on.
func newServer(hosts int) (*mockserver.Server, error) {
	srv, err := mockserver.New(mockserver.Config{AdminToken: "admin-1", EnrollSecret: "secret-1"})
	if err != nil {
		return nil, err
	}
	for i := range hosts {
		if _, err := srv.AddHost(mockserver.NewHost{UUID: fmt.Sprintf("UUID-%06d", i), Serial: fmt.Sprintf("S%06d", i), ComputerName: fmt.Sprintf("Mac %d", i),
			DeviceToken: fmt.Sprintf(deviceToken, i), Enrolled: i%2 == 0, ServerURL: "https://acme.jamfcloud.com/mdm"}); err != nil {
			return nil, err
		}
	}
	return srv, turnOn(srv)
}

func turnOn(srv http.Handler) error {
	status, body := call(srv, http.MethodPatch, "/api/latest/fleet/config",
		`{"mdm":{"macos_migration":{"enable":true,"mode":"voluntary","webhook_url":"https://old-mdm.example.com/unenroll"}}}`)
	if status != http.StatusOK {
		return fmt.Errorf("turning the workflow on: %d %s", status, body)
	}
	return nil
}

// baseline answers what one Mac gets, without looking at the request.
func baseline() (http.Handler, error) {
	srv, err := newServer(1)
	if err != nil {
		return nil, err
	}
	status, body := call(srv, http.MethodGet, "/api/latest/fleet/device/"+fmt.Sprintf(deviceToken, 0)+"/desktop", "")
	if status != http.StatusOK {
		return nil, fmt.Errorf("asking for the summary: %d %s", status, body)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_, _ = w.Write(body)
	}), nil
}

// process is the server that is measured.
type process struct {
	url string
	cmd *exec.Cmd
}

func start(b *testing.B, as string) process {
	b.Helper()
	self, err := os.Executable()
	require.NoError(b, err)
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), role+"="+as)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	require.NoError(b, err)
	require.NoError(b, cmd.Start())
	b.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
	})
	address, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(b, err, "the server did not start")
	return process{"http://" + strings.TrimSpace(address), cmd}
}

// memory is the resident memory of the server in MiB, where the system says it.
func (p process) memory() (mib float64, known bool) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0, false
	}
	for line := range strings.Lines(string(raw)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			_, err := fmt.Sscan(rest, &mib)
			return mib / 1024, err == nil
		}
	}
	return 0, false
}
