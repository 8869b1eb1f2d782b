package main

import (
	"context"
	"path/filepath"

	"fleetmigrate/agent/prompt"
)

// logos keeps the organization's logo below the state folder.
type logos struct {
	device *device
	dir    string
}

// Logo implements agent.Logos.
func (l logos) Logo(ctx context.Context, light, dark string) (prompt.Logo, error) {
	client, err := l.device.httpClient()
	if err != nil {
		return prompt.Logo{}, err
	}
	return prompt.NewLogos(client, filepath.Join(l.dir, "logos")).Fetch(ctx, light, dark)
}
