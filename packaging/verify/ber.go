package verify

import (
	"encoding/asn1"
	"errors"
	"fmt"
)

const maxBERDepth = 64

// errBER is any fault in the framing of a signature.
var errBER = errors.New("not ASN.1")

// toDER reads the first BER element of raw and gives it in DER, with the bytes
// behind it. Apple's signer writes indefinite lengths and octet strings in
// pieces, which encoding/asn1 does not read.
func toDER(raw []byte, depth int) (der, rest []byte, err error) {
	identifier, length, body, err := berHeader(raw)
	if err != nil {
		return nil, nil, err
	}
	if depth > maxBERDepth {
		return nil, nil, fmt.Errorf("%w: nested deeper than %d", errBER, maxBERDepth)
	}
	constructed := identifier[0]&0x20 != 0
	if length < 0 && !constructed {
		return nil, nil, fmt.Errorf("%w: a simple value without a length", errBER)
	}
	content := body
	if length >= 0 {
		content, rest = body[:length], body[length:]
	}
	if !constructed {
		return wrap(identifier, content), rest, nil
	}
	pieces := identifier[0] == 0x20|asn1.TagOctetString
	content, after, err := berChildren(content, length < 0, pieces, depth)
	if err != nil {
		return nil, nil, err
	}
	if length < 0 {
		rest = after
	}
	if pieces {
		identifier = []byte{asn1.TagOctetString}
	}
	return wrap(identifier, content), rest, nil
}

// berChildren converts the elements within one. Of an octet string in pieces
// only the contents are kept.
func berChildren(raw []byte, untilEnd, pieces bool, depth int) (out, rest []byte, err error) {
	for {
		if untilEnd && len(raw) >= 2 && raw[0] == 0 && raw[1] == 0 {
			return out, raw[2:], nil
		}
		if len(raw) == 0 {
			if untilEnd {
				return nil, nil, fmt.Errorf("%w: no end of contents", errBER)
			}
			return out, nil, nil
		}
		child, after, err := toDER(raw, depth+1)
		if err != nil {
			return nil, nil, err
		}
		if pieces {
			if child[0] != asn1.TagOctetString {
				return nil, nil, fmt.Errorf("%w: an octet string made of something else", errBER)
			}
			_, _, child, err = berHeader(child)
			if err != nil {
				return nil, nil, err
			}
		}
		out, raw = append(out, child...), after
	}
}

// berHeader splits identifier and length from what follows; the length is -1
// where the end is marked instead.
func berHeader(raw []byte) (identifier []byte, length int, body []byte, err error) {
	if len(raw) > 0 && raw[0]&^0x20 == 0 {
		return nil, 0, nil, fmt.Errorf("%w: an end of contents in the middle", errBER)
	}
	n := 1
	if len(raw) > 0 && raw[0]&0x1f == 0x1f {
		for n < len(raw) && raw[n]&0x80 != 0 {
			n++
		}
		n++
	}
	if len(raw) < n+1 || n > 5 {
		return nil, 0, nil, fmt.Errorf("%w: cut short", errBER)
	}
	identifier, first, body := raw[:n], raw[n], raw[n+1:]
	switch {
	case first == 0x80:
		return identifier, -1, body, nil
	case first < 0x80:
		length = int(first)
	default:
		count := int(first & 0x7f)
		if count > 4 || count > len(body) {
			return nil, 0, nil, fmt.Errorf("%w: a length of %d bytes", errBER, count)
		}
		for _, b := range body[:count] {
			length = length<<8 | int(b)
		}
		body = body[count:]
	}
	if length > len(body) {
		return nil, 0, nil, fmt.Errorf("%w: %d bytes claimed, %d there", errBER, length, len(body))
	}
	return identifier, length, body, nil
}

func wrap(identifier, content []byte) []byte {
	out := append([]byte(nil), identifier...)
	n := len(content)
	switch {
	case n < 1<<7:
		out = append(out, byte(n))
	case n < 1<<8:
		out = append(out, 0x81, byte(n))
	case n < 1<<16:
		out = append(out, 0x82, byte(n>>8), byte(n))
	case n < 1<<24:
		out = append(out, 0x83, byte(n>>16), byte(n>>8), byte(n))
	default:
		out = append(out, 0x84, byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
	}
	return append(out, content...)
}
