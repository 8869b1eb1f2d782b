package deviceclient_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"fleetmigrate/pkg/deviceclient"
)

func TestServerURL(t *testing.T) {
	for url, refused := range map[string]string{
		"https://fleet.example.com":            "",
		"https://fleet.example.com:8080/a/b/":  "",
		"HTTPS://FLEET.example.com":            "",
		"http://localhost:8080":                "",
		"http://LOCALHOST":                     "",
		"http://127.0.0.1:1":                   "",
		"http://127.5.5.5":                     "",
		"http://[::1]:8080":                    "",
		"http://fleet.example.com":             "not encrypted; use https",
		"http://localhost.evil.example":        "not encrypted",
		"http://127.0.0.1.evil.example":        "not encrypted",
		"http://notlocalhost":                  "not encrypted",
		"http://127.1":                         "not encrypted",
		"http://0.0.0.0":                       "not encrypted",
		"":                                     "needs a scheme and a host",
		"fleet.example.com":                    "needs a scheme and a host",
		"fleet.example.com:8080":               "like https://fleet.example.com",
		"https://":                             "needs a scheme and a host",
		"https://:8080":                        "needs a scheme and a host",
		"ftp://fleet.example.com":              "needs a scheme and a host",
		"file:///etc/passwd":                   "needs a scheme and a host",
		"https://jo:geheim@fleet.example.com":  "user name or password",
		"https://fleet.example.com/?token=1":   "query or fragment",
		"https://fleet.example.com/?":          "query or fragment",
		"https://fleet.example.com/#x":         "query or fragment",
		" https://fleet.example.com":           "can't be read",
		"https://fleet.example.com\n":          "can't be read",
		"https://fleet.example.com/%zz":        "can't be read",
		"https://fleet example.com":            "can't be read",
		"https://fleet.example.com:port":       "can't be read",
		"https://[::1":                         "can't be read",
		"https://fleet.example.com/\x00secret": "can't be read",
	} {
		t.Run(url, func(t *testing.T) {
			for _, err := range both(deviceclient.Config{ServerURL: url}) {
				if refused == "" {
					require.NoError(t, err)
					continue
				}
				require.ErrorContains(t, err, refused)
				require.NotContains(t, err.Error(), "geheim")
			}
		})
	}
	for _, err := range both(deviceclient.Config{ServerURL: "http://fleet.example.com", Insecure: true}) {
		require.NoError(t, err)
	}
}

func both(c deviceclient.Config) [2]error {
	_, device := deviceclient.New(c)
	_, orbit := deviceclient.NewOrbit(c)
	return [2]error{device, orbit}
}

func TestBadConfigurationSaysWhat(t *testing.T) {
	dir := t.TempDir()
	notPEM := filepath.Join(dir, "ca.pem")
	require.NoError(t, os.WriteFile(notPEM, []byte("-----BEGIN NOTHING-----"), 0o600))
	for name, c := range map[string]struct {
		change func(*deviceclient.Config)
		says   string
	}{
		"no root CA file":  {func(c *deviceclient.Config) { c.RootCA = filepath.Join(dir, "none.pem") }, "reading root CA file"},
		"root CA a folder": {func(c *deviceclient.Config) { c.RootCA = dir }, "reading root CA file"},
		"root CA not PEM":  {func(c *deviceclient.Config) { c.RootCA = notPEM }, "holds no PEM certificate"},
		"half a pair":      {func(c *deviceclient.Config) { c.ClientCert = "x" }, "client certificate and key"},
		"not a pair":       {func(c *deviceclient.Config) { c.ClientCert, c.ClientKey = "x", "SECRET KEY" }, "client certificate and key"},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := deviceclient.Config{ServerURL: "https://fleet.example.com"}
			c.change(&cfg)
			for _, err := range both(cfg) {
				require.ErrorContains(t, err, c.says)
				require.NotContains(t, err.Error(), "SECRET")
			}
		})
	}
	for _, host := range []string{"b.example.com/x", "jo@b.example.com", "b example.com", "https://b.example.com", "b.example.com?x"} {
		_, err := deviceclient.New(deviceclient.Config{ServerURL: "https://f.example.com", BrowserHost: host})
		require.ErrorContains(t, err, "browser host", host)
	}
}
