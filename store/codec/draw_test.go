package codec

import (
	"net/netip"
	"time"

	"pgregory.net/rapid"

	"httpwhy/inspector/exchange"
)

func some[T any](t *rapid.T, name string, draw func(*rapid.T) T) []T {
	return rapid.SliceOfN(rapid.Custom(draw), 0, 3).Draw(t, name)
}

func maybe[T any](t *rapid.T, name string, draw func(*rapid.T) T) *T {
	if !rapid.Bool().Draw(t, name) {
		return nil
	}
	v := draw(t)
	return &v
}

func drawExchange(t *rapid.T) *exchange.Exchange {
	number := rapid.Int64()
	offset := func(name string) time.Duration { return time.Duration(number.Draw(t, name)) }
	return &exchange.Exchange{
		ID:    exchange.ID(rapid.Uint64().Draw(t, "ID")),
		State: exchange.State(wire.Draw(t, "state")), Mode: exchange.Mode(wire.Draw(t, "mode")),
		Start: time.Unix(rapid.Int64Range(-1<<40, 1<<40).Draw(t, "seconds"), rapid.Int64Range(0, 999999999).Draw(t, "nanos")),
		URL:   wire.Draw(t, "URL"), Request: drawMessage(t), Interim: some(t, "interim", drawMessage),
		Response: maybe(t, "response", drawMessage), Synthetic: rapid.Bool().Draw(t, "synthetic"),
		Timing: exchange.Timing{
			DNSStart: offset("1"), DNSEnd: offset("2"), ConnectStart: offset("3"), ConnectEnd: offset("4"), TLSStart: offset("5"),
			TLSEnd: offset("6"), RequestEnd: offset("7"), FirstByte: offset("8"), ResponseHead: offset("9"), End: offset("10"),
		},
		Client: drawConnection(t), Server: drawConnection(t),
		Failure: maybe(t, "failure", func(t *rapid.T) exchange.Failure {
			return exchange.Failure{
				Kind: exchange.FailureKind(wire.Draw(t, "kind")), Peer: exchange.Peer(wire.Draw(t, "peer")), Message: wire.Draw(t, "message"),
				Host: wire.Draw(t, "host"), Addr: wire.Draw(t, "addr"), Alert: rapid.Int().Draw(t, "alert"),
				Expected: number.Draw(t, "expected"), Got: number.Draw(t, "got"), Excerpt: []byte(wire.Draw(t, "excerpt")),
			}
		}),
		ClosedBy: exchange.Peer(wire.Draw(t, "closed by")),
		Frames: some(t, "frames", func(t *rapid.T) exchange.Frame {
			return exchange.Frame{
				At: time.Duration(number.Draw(t, "at")), From: exchange.Peer(wire.Draw(t, "from")), Type: wire.Draw(t, "type"),
				Data: []byte(wire.Draw(t, "data")), Size: number.Draw(t, "size"),
			}
		}),
		FramesLost: rapid.Int().Draw(t, "frames lost"), Notes: some(t, "notes", func(t *rapid.T) string { return wire.Draw(t, "note") }),
	}
}

func drawMessage(t *rapid.T) exchange.Message {
	field := func(t *rapid.T) exchange.Field {
		return exchange.Field{Name: wire.Draw(t, "name"), Value: wire.Draw(t, "value")}
	}
	number := rapid.Int64()
	return exchange.Message{
		Method: wire.Draw(t, "method"), Target: wire.Draw(t, "target"), Status: rapid.Int().Draw(t, "status"),
		Reason: wire.Draw(t, "reason"), Proto: wire.Draw(t, "proto"),
		Header: some(t, "header", field), Trailer: some(t, "trailer", field),
		Body: exchange.Body{
			State: exchange.BodyState(wire.Draw(t, "body state")), Size: number.Draw(t, "size"), Expected: number.Draw(t, "expected"),
			SHA256: drawDigest(t), Kept: number.Draw(t, "kept"), Data: []byte(wire.Draw(t, "data")),
		},
	}
}

func drawDigest(t *rapid.T) (sum [32]byte) {
	copy(sum[:], wire.Draw(t, "digest"))
	return sum
}

func drawConnection(t *rapid.T) exchange.Connection {
	addresses := rapid.SampledFrom([]string{"127.0.0.1:80", "[::1]:443", "[fe80::1%eth0]:8080", "[::ffff:10.0.0.1]:1", ""})
	var addr netip.AddrPort
	if s := addresses.Draw(t, "address"); s != "" {
		addr = netip.MustParseAddrPort(s)
	}
	return exchange.Connection{
		Number: rapid.Uint64().Draw(t, "number"), Addr: addr, Reused: rapid.Bool().Draw(t, "reused"), TLS: maybe(t, "TLS", drawTLS),
	}
}

func drawTLS(t *rapid.T) exchange.TLS {
	text := func(t *rapid.T) string { return wire.Draw(t, "text") }
	moment := func(name string) time.Time {
		return rapid.SampledFrom([]time.Time{
			{}, time.Unix(0, 0), time.Unix(1700000000, 0), time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC),
		}).Draw(t, name)
	}
	return exchange.TLS{
		Version: text(t), Cipher: text(t), ServerName: text(t), ALPN: text(t), Offered: some(t, "offered", text),
		Resumed: rapid.Bool().Draw(t, "resumed"), Verified: rapid.Bool().Draw(t, "verified"),
		Chain: some(t, "chain", func(t *rapid.T) exchange.Certificate {
			return exchange.Certificate{
				Subject: text(t), Issuer: text(t), DNSNames: some(t, "names", text), IPs: some(t, "IPs", text),
				NotBefore: moment("not before"), NotAfter: moment("not after"),
				SelfIssued: rapid.Bool().Draw(t, "self"), CA: rapid.Bool().Draw(t, "CA"), SHA256: drawDigest(t),
			}
		}),
	}
}

func drawHeadline(t *rapid.T) exchange.Headline {
	return exchange.Headline{
		Rule: wire.Draw(t, "rule"), Severity: exchange.Severity(wire.Draw(t, "severity")),
		Short: wire.Draw(t, "short"), Primary: rapid.Bool().Draw(t, "primary"),
	}
}

func drawFinding(t *rapid.T) exchange.Finding {
	text := func(name string) string { return wire.Draw(t, name) }
	id := func(t *rapid.T) exchange.ID { return exchange.ID(rapid.Uint64().Draw(t, "ID")) }
	return exchange.Finding{
		Exchange: id(t), Rule: text("rule"), Family: text("family"), Severity: exchange.Severity(text("severity")),
		Confidence: exchange.Confidence(text("confidence")), Primary: rapid.Bool().Draw(t, "primary"), Related: some(t, "related", id),
		Verdict: text("verdict"), Short: text("short"), Why: text("why"), Reference: text("reference"),
		Fix: exchange.Fix{
			Client: exchange.Advice{Text: text("1"), Copy: text("2")}, Server: exchange.Advice{Text: text("3"), Copy: text("4")},
		},
		Evidence: some(t, "evidence", func(t *rapid.T) exchange.Evidence {
			return exchange.Evidence{
				Exchange: id(t), Part: exchange.Part(wire.Draw(t, "part")), Name: wire.Draw(t, "name"),
				Value: wire.Draw(t, "value"), Note: wire.Draw(t, "note"),
			}
		}),
	}
}
