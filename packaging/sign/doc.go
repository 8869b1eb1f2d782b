// Package sign signs a flat package's table of contents with the identity in a
// PKCS #12 file, the way productsign does with one in a keychain.
//
// Data passes through in one direction: [Open] turns a file and its password
// into a [Signer] whose key fits its certificate, whose certificates are in
// order and in date, and whose purpose is to sign packages. The package's
// writer asks the Signer for certificates and sizes before it lays out the
// archive, and for the two signatures once the table of contents is final.
// This package must not know what a xar looks like.
//
// Both signatures that Apple's tools write are made: plain PKCS #1 v1.5 over the
// digest, and a detached CMS (RFC 5652) over the digest's bytes, which is the
// one that can carry an RFC 3161 timestamp. Without a timestamp the same input
// gives the same bytes.
package sign
