package rules

import (
	"regexp"
	"strings"

	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "aws-error", Title: "A service of AWS, or one that speaks as S3 does, refuses", Family: Provider, Severity: exchange.SeverityError,
	Explain:   "AWS names the error by a code: in the element Code of XML, in the member __type of JSON, or in the field x-amzn-ErrorType.",
	FixClient: "Correct what the code names.",
	FixServer: "Check the policy of the role and of the resource.",
	Spec:      "https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html",
	When:      statusFrom(300, 599),
	Check: func(c *Case) *Finding {
		code, message, place := awsError(c)
		if code == "" || strings.HasPrefix(code, "MissingAuthenticationToken") {
			return nil
		}
		if s, _, _ := c.outdatedURL(); s != nil && refusedStatus(c.X.Response.Status) {
			return nil // signed-url-expired says it with the time
		}
		by := "AWS"
		if place == "Code" && !c.onHost("amazonaws.com") {
			by = "The S3 store"
		}
		e := providerError{By: by, Code: code, Message: message, Name: place, Hint: awsHints[code]}
		if place == "X-Amzn-Errortype" {
			e.Part = exchange.ResponseHeader
		}
		for _, name := range []string{"Endpoint", "Region", "ServerTime", "RequestTime", "MaxAllowedSkewMilliseconds"} {
			if v := element(c.Text(), name); v != "" {
				e.Extra = append(e.Extra, inBody(name, v, ""))
			}
		}
		if region := c.X.Response.Header.Get("X-Amz-Bucket-Region"); region != "" {
			e.Extra = append(e.Extra, c.responseField("X-Amz-Bucket-Region", "the bucket's region"))
		}
		if id := firstOf(c.X.Response.Header.Get("X-Amzn-Requestid"), c.X.Response.Header.Get("X-Amz-Request-Id")); id != "" {
			e.Extra = append(e.Extra, exchange.Evidence{Part: exchange.ResponseHeader, Name: "request ID", Value: clip(id, 60)})
		}
		return c.providerFinding(e)
	},
	Examples: []Example{
		{Name: "s3", Finds: `AWS says NoSuchKey: "The specified key does not exist". The bucket exists, but not this object`, HTTP: `> GET https://photos.s3.amazonaws.com/a.jpg HTTP/1.1
< HTTP/1.1 404 Not Found
< Content-Type: application/xml
< x-amz-request-id: 4442587FB7D0A2F9

<?xml version="1.0"?>
<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message><Key>a.jpg</Key><RequestId>4442587FB7D0A2F9</RequestId></Error>`},
		{Name: "wrong-region", Finds: "PermanentRedirect", Also: []string{"redirect-no-location"}, HTTP: `> GET https://photos.s3.amazonaws.com/a.jpg HTTP/1.1
< HTTP/1.1 301 Moved Permanently
< Content-Type: application/xml
< x-amz-bucket-region: eu-central-1

<Error><Code>PermanentRedirect</Code><Message>The bucket must be addressed using the specified endpoint.</Message><Endpoint>photos.s3.eu-central-1.amazonaws.com</Endpoint><RequestId>1</RequestId></Error>`},
		{Name: "json", Finds: "AWS says ResourceNotFoundException", HTTP: `> POST https://dynamodb.eu-west-1.amazonaws.com/ HTTP/1.1
< HTTP/1.1 400 Bad Request
< Content-Type: application/x-amz-json-1.0

{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"Requested resource not found"}`},
		{Name: "other-xml", Also: []string{"not-found"}, HTTP: `> GET http://api.test/a HTTP/1.1
< HTTP/1.1 404 Not Found
< Content-Type: application/xml

<Error><Code>7</Code></Error>`},
	},
})

var awsHints = map[string]providerHint{
	"NoSuchKey":    {Means: "The bucket exists, but not this object; keys are case-sensitive.", Client: "List what is there:", Copy: "aws s3 ls s3://BUCKET/PREFIX/"},
	"NoSuchBucket": {Means: "There is no bucket of this name in this account's partition."},
	"AccessDenied": {
		Means:  "The credentials lack the right; without s3:ListBucket, a missing object is answered like this too.",
		Client: "See who you are:", Copy: "aws sts get-caller-identity",
		Server: "Grant the action on the resource, and list for a true 404:", ServerCopy: `"Action": ["s3:GetObject", "s3:ListBucket"]`,
	},
	"AccessDeniedException":       {Means: "The role lacks the action.", Client: "See who you are:", Copy: "aws sts get-caller-identity"},
	"SignatureDoesNotMatch":       {Means: "The secret is wrong, or host, path, a signed field or the content changed after the signing.", Client: "Sign what is sent: sign last, and change nothing on the way. To see who you are:", Copy: "aws sts get-caller-identity"},
	"RequestTimeTooSkewed":        {Means: "The client's clock is off by more than 15 min.", Client: "Set the clock:", Copy: "timedatectl set-ntp true"},
	"InvalidSignatureException":   {Means: "The signature is expired or does not fit; a wrong clock is the usual cause.", Client: "Set the clock:", Copy: "timedatectl set-ntp true"},
	"InvalidAccessKeyId":          {Means: "No such access key: a typo, a deleted key, or temporary credentials without their session token."},
	"InvalidClientTokenId":        {Means: "No such access key: a typo, a deleted key, or temporary credentials without their session token."},
	"UnrecognizedClientException": {Means: "The access key is unknown in this region or account.", Client: "See who you are:", Copy: "aws sts get-caller-identity"},
	"ExpiredToken":                {Means: "The temporary credentials have expired.", Client: "Get new ones:", Copy: "aws sso login"},
	"ExpiredTokenException":       {Means: "The temporary credentials have expired.", Client: "Get new ones:", Copy: "aws sso login"},
	"PermanentRedirect":           {Means: "The bucket is in another region.", Client: "Use the endpoint of its region:", Copy: "aws s3api get-bucket-location --bucket BUCKET"},
	"TemporaryRedirect":           {Means: "The bucket is new and its name has not spread yet.", Client: "Use the endpoint of its region:", Copy: "aws s3api get-bucket-location --bucket BUCKET"},
	"AuthorizationHeaderMalformed": {
		Means: "The request is signed for another region than the bucket's.", Client: "Sign for the bucket's region:", Copy: "export AWS_REGION=REGION",
	},
	"SlowDown":                        {Means: "Too many requests to one prefix.", Client: "Repeat with growing pauses:", Copy: "export AWS_RETRY_MODE=adaptive"},
	"ThrottlingException":             {Means: "Too many requests.", Client: "Repeat with growing pauses:", Copy: "export AWS_RETRY_MODE=adaptive"},
	"ResourceNotFoundException":       {Means: "There is no such thing in this account and region.", Client: "See that the region is right:", Copy: "aws configure get region"},
	"ConditionalCheckFailedException": {Means: "The condition of the write was not met; the item differs from what was expected."},
	"ValidationException":             {Means: "A parameter is missing or wrong."},
	"ForbiddenException":              {Means: "API Gateway refuses: a wrong or missing API key, a WAF rule or a resource policy.", Client: "Send the key:", Copy: "x-api-key: YOUR_KEY"},
}

var elementPatterns = map[string]*regexp.Regexp{}

func init() {
	for _, name := range []string{
		"Code", "Message", "RequestId", "RequestID", "HostId", "Endpoint", "Region", "ServerTime", "RequestTime", "MaxAllowedSkewMilliseconds",
	} {
		elementPatterns[name] = regexp.MustCompile(`<` + name + `>([^<]{1,300})</` + name + `>`)
	}
}

// element is the text of the first XML element of this name, "" if there is
// none. The name is one of elementPatterns.
func element(doc, name string) string {
	if !strings.Contains(doc, "<"+name+">") {
		return ""
	}
	if m := elementPatterns[name].FindStringSubmatch(doc); m != nil {
		return strings.TrimSpace(m[1])
	}
	return ""
}

// awsError reads the code and message, and where the code stands.
func awsError(c *Case) (code, message, place string) {
	m := c.X.Response
	if v := m.Header.Get("X-Amzn-Errortype"); v != "" {
		code, _, _ = strings.Cut(v, ":")
		return code, firstOf(text(c.JSON(), "message"), text(c.JSON(), "Message")), "X-Amzn-Errortype"
	}
	if t := text(c.JSON(), "__type"); t != "" {
		return t[strings.LastIndexByte(t, '#')+1:], firstOf(text(c.JSON(), "message"), text(c.JSON(), "Message")), "/__type"
	}
	if !strings.Contains(m.MediaType(), "xml") {
		return "", "", ""
	}
	doc := c.Text()
	if !strings.Contains(doc, "<Error>") || element(doc, "RequestId") == "" && element(doc, "RequestID") == "" && element(doc, "HostId") == "" {
		return "", "", ""
	}
	return element(doc, "Code"), element(doc, "Message"), "Code"
}
