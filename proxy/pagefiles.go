package proxy

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"

	"httpwhy/proxy/certs"
)

// caFile is one form in which the CA's certificate is handed out.
type caFile struct {
	mediaType string
	content   func(*certs.CA) []byte
}

// caFiles are the forms by their path. Windows, macOS and Android open DER;
// application/x-x509-ca-cert has Firefox offer to import it.
var caFiles = map[string]caFile{
	"/ca.pem":          {"application/x-pem-file", (*certs.CA).PEM},
	"/ca.cer":          {"application/x-x509-ca-cert", der},
	"/ca.crt":          {"application/x-x509-ca-cert", der},
	"/ca.mobileconfig": {"application/x-apple-aspen-config", mobileconfig},
}

func der(ca *certs.CA) []byte { return ca.Certificate().Raw }

func fingerprint(ca *certs.CA) string {
	sum := sha256.Sum256(ca.Certificate().Raw)
	return strings.ToUpper(hex.EncodeToString(sum[:]))
}

// mobileconfig is a configuration profile of Apple with the certificate. Its
// identifiers follow from the certificate, so that a profile replaces itself.
func mobileconfig(ca *certs.CA) []byte {
	sum := sha256.Sum256(ca.Certificate().Raw)
	name := ca.Certificate().Subject.CommonName // ours: nothing in it needs escaping
	const dict = `<dict>
<key>PayloadType</key><string>%s</string>
<key>PayloadVersion</key><integer>1</integer>
<key>PayloadIdentifier</key><string>httpwhy.%x</string>
<key>PayloadUUID</key><string>%s</string>
<key>PayloadDisplayName</key><string>%s</string>
%s</dict>
`
	content := fmt.Sprintf("<key>PayloadCertificateFileName</key><string>httpwhy-ca.cer</string>\n<key>PayloadContent</key><data>%s</data>\n",
		base64.StdEncoding.EncodeToString(ca.Certificate().Raw))
	root := fmt.Sprintf(dict, "com.apple.security.root", sum[:4], uuid(sum[:16]), name, content)
	profile := fmt.Sprintf(dict, "Configuration", sum[4:8], uuid(sum[16:]), name,
		"<key>PayloadContent</key><array>\n"+root+"</array>\n")
	return []byte(`<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
` + profile + "</plist>\n")
}

// uuid spells 16 bytes as RFC 9562 section 4 does, as version 8: their meaning
// is our own.
func uuid(sum []byte) string {
	b := [16]byte(sum)
	b[6], b[8] = b[6]&0x0f|0x80, b[8]&0x3f|0x80
	return strings.ToUpper(fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:]))
}
