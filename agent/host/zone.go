package host

import (
	"bytes"
	"os"
	"sync"
	"time"
)

// Zone is the time zone of this computer as it is now. The standard library
// reads it once in the life of a process, and a laptop travels: without this, a
// dialog would name a time of day of the city that the person flew from.
type Zone struct {
	file string

	mu   sync.Mutex
	data []byte
	zone *time.Location
}

// NewZone names the system's file, /etc/localtime on macOS and Linux alike. TZ
// in the environment stands above it, as everywhere.
func NewZone(file string) *Zone { return &Zone{file: file, zone: time.Local} }

// Location reads the file, and the zone in it where it is another one than the
// last. What can't be read changes nothing.
func (z *Zone) Location() *time.Location {
	z.mu.Lock()
	defer z.mu.Unlock()
	data, err := os.ReadFile(z.file)
	if err != nil || os.Getenv("TZ") != "" || bytes.Equal(data, z.data) {
		return z.zone
	}
	if zone, err := time.LoadLocationFromTZData("Local", data); err == nil {
		z.data, z.zone = data, zone
	}
	return z.zone
}
