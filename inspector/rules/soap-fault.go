package rules

import (
	"regexp"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "soap-fault", Title: "The SOAP service answers with a fault", Family: Provider, Severity: exchange.SeverityError,
	Explain:   "SOAP reports errors by the element Fault. SOAP 1.1 asks for status 500 with it, but some services answer 200. Client or Sender blame the message, Server or Receiver the service.",
	FixClient: "Correct the message if the code is Client or Sender.",
	FixServer: "Look into the service's log if the code is Server or Receiver.",
	Spec:      "https://www.w3.org/TR/soap12-part1/#soapfault",
	When: when(anyStatus|answersXML, func(x *exchange.Exchange) bool {
		return received(x) && strings.Contains(x.Response.MediaType(), "xml") && x.Response.Status >= 200
	}),
	Check: func(c *Case) *Finding {
		doc := c.WholeText()
		if !strings.Contains(doc, "Fault>") || !strings.Contains(doc, "Envelope") || !soapEnvelope.MatchString(doc) {
			return nil
		}
		e := providerError{By: "The SOAP service", Name: "Fault"}
		if m := soapCode.FindStringSubmatch(doc); m != nil {
			e.Code = m[1][strings.LastIndexByte(m[1], ':')+1:]
		}
		if m := soapReason.FindStringSubmatch(doc); m != nil {
			e.Message = strings.TrimSpace(m[1])
		}
		if e.Code == "" && e.Message == "" {
			return nil
		}
		switch e.Code {
		case "Client", "Sender":
			e.Hint = providerHint{Means: "It blames the message that was sent.", Client: "Compare the message with the WSDL:", Copy: c.curl("-H", "Content-Type: text/xml")}
		case "Server", "Receiver":
			e.Hint = providerHint{Means: "It blames itself.", Server: "Look into the log at this time:", ServerCopy: c.journal()}
		case "MustUnderstand":
			e.Hint = providerHint{Means: "It does not understand a header that is marked mustUnderstand."}
		case "VersionMismatch":
			e.Hint = providerHint{Means: "It speaks another version of SOAP.", Client: "SOAP 1.1 is text/xml, SOAP 1.2 is:", Copy: "Content-Type: application/soap+xml"}
		}
		if action := c.X.Request.Header.Get("Soapaction"); action != "" {
			e.Extra = append(e.Extra, c.requestField("SOAPAction", ""))
		}
		f := c.providerFinding(e)
		f.Short = clip("SOAP: "+firstOf(excerpt(e.Message, shortCells), e.Code), 26)
		return f
	},
	Examples: []Example{
		{Name: "soap-1.1", Finds: `The SOAP service says Client: "Unknown account". It blames the message`, HTTP: `> POST http://api.test/ws HTTP/1.1
> SOAPAction: "getAccount"
> Content-Type: text/xml

<a/>
< HTTP/1.1 500 Internal Server Error
< Content-Type: text/xml

<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><soap:Fault><faultcode>soap:Client</faultcode><faultstring>Unknown account</faultstring></soap:Fault></soap:Body></soap:Envelope>`},
		{Name: "soap-1.2-in-200", Finds: "says Receiver", HTTP: `> POST http://api.test/ws HTTP/1.1
< HTTP/1.1 200 OK
< Content-Type: application/soap+xml

<env:Envelope><env:Body><env:Fault><env:Code><env:Value>env:Receiver</env:Value></env:Code><env:Reason><env:Text xml:lang="en">Database is down</env:Text></env:Reason></env:Fault></env:Body></env:Envelope>`},
		{Name: "answer", HTTP: `> POST http://api.test/ws HTTP/1.1
< HTTP/1.1 200 OK
< Content-Type: text/xml

<soap:Envelope><soap:Body><getAccountResponse/></soap:Body></soap:Envelope>`},
	},
})

var (
	soapEnvelope = regexp.MustCompile(`<[A-Za-z0-9_-]*:?Envelope[\s>]`)
	soapCode     = regexp.MustCompile(`<(?:[A-Za-z0-9_-]+:)?(?:faultcode|Value)(?:\s[^>]*)?>\s*([^<\s]{1,100})\s*<`)
	soapReason   = regexp.MustCompile(`<(?:[A-Za-z0-9_-]+:)?(?:faultstring|Text)(?:\s[^>]*)?>([^<]{1,300})<`)
)
