package sign

import "errors"

// The faults of an identity that a caller may want to tell apart; the error
// that wraps one says what to do about it.
var (
	ErrWrongPassword = errors.New("wrong password")
	ErrNoKey         = errors.New("no private key")
	ErrSeveralKeys   = errors.New("more than one private key")
	ErrKeyMismatch   = errors.New("no certificate for its private key")
	ErrExpired       = errors.New("certificate expired")
	ErrNotYetValid   = errors.New("certificate not valid yet")
	ErrWrongPurpose  = errors.New("certificate is not for signing packages")
	ErrKeyType       = errors.New("not an RSA key of 2048 bits or more")
)
