package exchange

import "time"

// Timing are the steps of an exchange as offsets from Exchange.Start. Zero is
// "did not happen, or was not seen"; a step that happened at once is at least
// one nanosecond.
type Timing struct {
	DNSStart, DNSEnd         time.Duration
	ConnectStart, ConnectEnd time.Duration
	TLSStart, TLSEnd         time.Duration
	// RequestEnd: the last byte of the request was passed on.
	RequestEnd time.Duration
	// FirstByte: the first byte of the first response, interim ones included.
	FirstByte time.Duration
	// ResponseHead: the end of the header section of the final response.
	ResponseHead time.Duration
	// End: the last byte of the response, or the failure.
	End time.Duration
}

// Last is the largest offset, 0 if nothing happened yet.
func (t Timing) Last() time.Duration {
	return max(t.DNSStart, t.DNSEnd, t.ConnectStart, t.ConnectEnd, t.TLSStart, t.TLSEnd,
		t.RequestEnd, t.FirstByte, t.ResponseHead, t.End)
}
