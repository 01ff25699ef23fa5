package ui

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
)

// renderBody decodes a body and lays it out. It runs beside the event loop.
func renderBody(_ context.Context, key bodyKey, raw []byte) *shownBody {
	shown := &shownBody{key: key, text: raw}
	switch key.mode {
	case bodyHex:
		shown.text = []byte(hex.Dump(raw))
	case bodyPretty:
		var b bytes.Buffer
		if json.Indent(&b, raw, "", "  ") == nil {
			shown.text = b.Bytes()
		}
	}
	return shown
}
