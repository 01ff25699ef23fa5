package transcript

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"httpwhy/inspector/exchange"
)

// factFrame reads "* frame server close 1m0s "\x03\xf3bye"": the sender, the
// type, the offset from the start of the exchange and the payload.
func factFrame(p *parser, args []string) error {
	if len(args) < 3 || len(args) > 4 {
		return errors.New("expected sender, type, offset and payload")
	}
	f := exchange.Frame{From: exchange.Peer(args[0]), Type: args[1]}
	var err error
	if f.At, err = time.ParseDuration(args[2]); err != nil {
		return err
	}
	if len(args) == 4 && args[3] != "" {
		f.Data = []byte(args[3])
		f.Size = int64(len(f.Data))
	}
	p.x.Frames = append(p.x.Frames, f)
	return nil
}

// printFrames writes the frames whose payload is known whole.
func printFrames(b *strings.Builder, frames []exchange.Frame) {
	for _, f := range frames {
		if f.Size == int64(len(f.Data)) {
			fmt.Fprintf(b, "* frame %s %s %s %s\n", value(string(f.From)), value(f.Type), f.At, strconv.Quote(string(f.Data)))
		}
	}
}
