package content

import (
	"encoding/binary"
	"fmt"
	"strconv"
)

// GRPCFrame is one length-prefixed message of gRPC or gRPC-Web.
type GRPCFrame struct {
	// Compressed: the message is in the coding that grpc-encoding names.
	Compressed bool
	// Trailer: the frame holds the trailer fields of gRPC-Web.
	Trailer bool
	// Length is the announced length; Data is shorter when the body was cut.
	Length int64
	Data   []byte
}

// ParseGRPC cuts a body into frames: one byte of flags and four of length
// before each message. With an error it returns the frames before the fault.
func ParseGRPC(data []byte) ([]GRPCFrame, error) {
	var frames []GRPCFrame
	for at := 0; at < len(data); {
		rest := data[at:]
		if len(rest) < 5 {
			return frames, fmt.Errorf("frame %d is cut off: %d of 5 prefix bytes", len(frames)+1, len(rest))
		}
		flags := rest[0]
		if flags&^0x81 != 0 {
			return frames, fmt.Errorf("no gRPC frame at byte %d: its flags are %#02x", at, flags)
		}
		f := GRPCFrame{Compressed: flags&1 != 0, Trailer: flags&0x80 != 0, Length: int64(binary.BigEndian.Uint32(rest[1:5]))}
		f.Data = rest[5:min(int64(len(rest)), 5+f.Length)]
		frames = append(frames, f)
		if int64(len(f.Data)) < f.Length {
			return frames, fmt.Errorf("frame %d is cut off: %d of %d bytes", len(frames), len(f.Data), f.Length)
		}
		at += 5 + len(f.Data)
	}
	return frames, nil
}

// grpcCodes are the status codes of gRPC in the order of their numbers.
var grpcCodes = [...]string{
	"OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
	"PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED",
	"INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
}

// GRPCStatus names the value of a grpc-status field, e.g. "UNAVAILABLE" for
// "14". ok is false if it is no status code of gRPC.
func GRPCStatus(value string) (name string, ok bool) {
	n, err := strconv.Atoi(value)
	if err != nil || n < 0 || n >= len(grpcCodes) {
		return "", false
	}
	return grpcCodes[n], true
}
