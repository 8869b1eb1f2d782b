// Package appconfig is the server's settings as Fleet keeps them: their JSON,
// defaults, what a PATCH does to them and which PATCH is refused.
//
// It is pure: Apply takes the stored settings and a body and returns the new
// settings or an error; nothing is stored here, and a refused body has changed
// nothing. Only the parts that the migration needs are understood; the other
// sections of Fleet's configuration are accepted, kept and given back as they came.
package appconfig
