package daemon

import (
	"context"

	"fleetmigrate/agent/options"
	"fleetmigrate/pkg/deviceclient"
)

// Orbit is the server for the root daemon, by node key.
type Orbit interface {
	Enroll(ctx context.Context, r deviceclient.EnrollRequest) (nodeKey string, err error)
	Config(ctx context.Context, nodeKey string) (*deviceclient.OrbitConfig, error)
	SetDeviceToken(ctx context.Context, nodeKey, token string) error
}

// Queries is the server for osquery's remote API.
type Queries interface {
	OsqueryEnroll(ctx context.Context, r deviceclient.OsqueryEnrollRequest) (nodeKey string, err error)
	DistributedRead(ctx context.Context, nodeKey string) (*deviceclient.DistributedQueries, error)
	DistributedWrite(ctx context.Context, nodeKey string, r deviceclient.DistributedResults) error
}

// QueryOptions is the server for osquery's configuration.
type QueryOptions interface {
	OsqueryConfig(ctx context.Context, nodeKey string) (*deviceclient.OsqueryOptions, error)
}

// Device is the server by device token.
type Device interface {
	CheckToken(ctx context.Context) error
	Refetch(ctx context.Context) error
}

// Server is one Fleet server.
type Server struct {
	Orbit
	Queries
	QueryOptions
	Device
}

// Dial makes a server of a configuration, without a call. token is read on
// every call by device token.
type Dial func(c options.Config, token func() (string, error)) (Server, error)

// DialFleet speaks HTTP.
func DialFleet(userAgent string) Dial {
	return func(c options.Config, token func() (string, error)) (Server, error) {
		conf := deviceclient.Config{ServerURL: c.Policy.FleetURL, RootCA: c.Policy.RootCA, Insecure: c.Policy.Insecure, UserAgent: userAgent, Token: token}
		orbit, err := deviceclient.NewOrbit(conf)
		if err != nil {
			return Server{}, err
		}
		device, err := deviceclient.New(conf)
		if err != nil {
			return Server{}, err
		}
		return Server{orbit, orbit, orbit, device}, nil
	}
}
