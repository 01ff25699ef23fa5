package ui

import (
	"testing"
	"time"
)

func TestFormats(t *testing.T) {
	for got, want := range map[string]string{
		milliseconds(0):                       "",
		milliseconds(1):                       "<0.1",
		milliseconds(400 * time.Microsecond):  "0.4",
		milliseconds(1203 * time.Millisecond): "1203",
		size(0):                               "0",
		size(402):                             "402",
		size(4400):                            "4.3k",
		size(311 << 10):                       "311k",
		size(10<<20 + 400<<10):                "10.4M",
		size(5 << 30):                         "5.0G",
		bytesText(65):                         "65 B",
		bytesText(1126):                       "1.1 KiB",
		count(999):                            "999",
		count(1204):                           "1,204",
		count(1000000):                        "1,000,000",
		plural(1, "exchange"):                 "1 exchange",
		plural(0, "exchange"):                 "0 exchanges",
		shortReference("https://www.rfc-editor.org/rfc/rfc6750#section-3.1"):     "RFC 6750 section 3.1",
		shortReference("https://www.rfc-editor.org/rfc/rfc9110.html#section-15"): "RFC 9110 section 15",
		shortReference("https://fetch.spec.whatwg.org/#http-cors-protocol"):      "fetch.spec.whatwg.org/#http-cors-protocol",
		shortReference("https://www.rfc-editor.org/rfc/rfc6585"):                 "RFC 6585",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
