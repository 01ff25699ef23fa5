package ui

import (
	"testing"

	"httpwhy/inspector/exchange"
)

func TestEvidenceText(t *testing.T) {
	for _, test := range []struct {
		e    exchange.Evidence
		want string
	}{
		{exchange.Evidence{Part: exchange.ResponseHeader, Name: "Retry-After", Value: "30"}, "Retry-After: 30"},
		{exchange.Evidence{Part: exchange.RequestHeader, Name: "Authorization", Value: "Bearer " + sampleToken}, "Authorization: Bearer eyJhbG…UwfQ"},
		// That a secret is absent is none.
		{exchange.Evidence{Part: exchange.RequestHeader, Name: "Authorization", Value: "absent"}, "Authorization absent"},
		{exchange.Evidence{Part: exchange.RequestHeader, Name: "Cookie", Value: "absent"}, "Cookie absent"},
		{exchange.Evidence{Part: exchange.StatusLine, Name: "status", Value: "401 Unauthorized"}, "status 401 Unauthorized"},
		{exchange.Evidence{Part: exchange.FailurePart, Value: "refused"}, "refused"},
	} {
		if got := evidenceText(&test.e); got != test.want {
			t.Errorf("%+v: %q, want %q", test.e, got, test.want)
		}
	}
}
