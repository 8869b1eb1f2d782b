// Package deviceclient speaks HTTP with a Fleet server: the device endpoints,
// which are authenticated by the device token in the path, and the orbit
// endpoints, authenticated by the node key in the body.
//
// It knows the wire and nothing of menus, dialogs or enrollment. The token is
// read through a function on every call, so that a rotation needs no setter.
// Neither the token nor a key ever appears in an error of this package.
package deviceclient
