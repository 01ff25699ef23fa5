// Package codec turns exchanges, rows and findings into bytes and back, for
// the files of a capture and for the socket of its owner.
//
// Exchanges and findings are CBOR (RFC 8949) with integer keys, which are part
// of the file format: a key is never given a second meaning. Strings are
// encoded as byte strings, because what was on the wire need not be UTF-8.
// Empty lists and absent ones are encoded alike.
package codec

import (
	"fmt"

	"github.com/fxamacker/cbor/v2"
)

// maxElements bounds a list of an encoded value. An exchange with more frames
// than that is damaged.
const maxElements = 1 << 22

var (
	encoder = must(cbor.EncOptions{String: cbor.StringToByteString, NilContainers: cbor.NilContainerAsNull}.EncMode())
	decoder = must(cbor.DecOptions{
		ByteStringToString: cbor.ByteStringToStringAllowed,
		MaxArrayElements:   maxElements,
		MaxMapPairs:        1 << 10,
		MaxNestedLevels:    16,
		IndefLength:        cbor.IndefLengthForbidden,
		TagsMd:             cbor.TagsForbidden,
	}.DecMode())
)

// must is for options that are constants.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// Marshal encodes v, a struct whose fields have integer keys.
func Marshal(v any) ([]byte, error) {
	b, err := encoder.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	return b, nil
}

// Unmarshal decodes all of b into v.
func Unmarshal(b []byte, v any) error {
	if err := decoder.Unmarshal(b, v); err != nil {
		return fmt.Errorf("decode: %w", err)
	}
	return nil
}

// UnmarshalFirst decodes the first item of b into v and returns what follows.
func UnmarshalFirst(b []byte, v any) ([]byte, error) {
	rest, err := decoder.UnmarshalFirst(b, v)
	if err != nil {
		return nil, fmt.Errorf("decode: %w", err)
	}
	return rest, nil
}
