package setup

import (
	"fmt"
	"strings"
)

// Client is how one kind of client is set up: lines to type or to follow.
type Client struct{ Name, Text string }

// Clients are the lines for each kind of client, for the proxy at proxyURL.
func Clients(proxyURL string, f Files) []Client {
	address := strings.TrimPrefix(proxyURL, "http://")
	host, port, _ := strings.Cut(address, ":")
	return []Client{
		{"this shell", shell(proxyURL, f)},
		{"one program", "httpwhy run -- COMMAND\n# sets all of it for that program alone, e.g.\nhttpwhy run -- npm test"},
		{"curl", fmt.Sprintf("curl -x %s --cacert %s https://example.com/", proxyURL, f.Bundle)},
		{"node", fmt.Sprintf("export HTTP_PROXY=%[1]s HTTPS_PROXY=%[1]s NO_PROXY=\nexport NODE_EXTRA_CA_CERTS=%[2]s\n"+
			"export NODE_USE_ENV_PROXY=1    # Node 24 and later\n"+
			"export HTTPWHY_PROXY=%[1]s     # before Node 24:\nexport NODE_OPTIONS='--require \"%[3]s\"'", proxyURL, f.CA, f.NodePreload)},
		{"python", fmt.Sprintf("export HTTP_PROXY=%[1]s HTTPS_PROXY=%[1]s NO_PROXY=\n"+
			"export REQUESTS_CA_BUNDLE=%[2]s\nexport SSL_CERT_FILE=%[2]s", proxyURL, f.Bundle)},
		{"java", fmt.Sprintf("java -Dhttp.proxyHost=%[1]s -Dhttp.proxyPort=%[2]s \\\n"+
			"  -Dhttps.proxyHost=%[1]s -Dhttps.proxyPort=%[2]s -Dhttp.nonProxyHosts= \\\n"+
			"  -Djavax.net.ssl.trustStore=%[3]s \\\n  -Djavax.net.ssl.trustStorePassword=%[4]s ...\n"+
			"# or put the CA into the JVM's own store:\n"+
			"keytool -importcert -cacerts -alias httpwhy -file %[5]s", host, port, f.TrustStore, TrustStorePassword, f.CA)},
		{"go", fmt.Sprintf("export HTTP_PROXY=%[1]s HTTPS_PROXY=%[1]s\nexport SSL_CERT_FILE=%[2]s    # Linux\n"+
			"# Go never uses a proxy for localhost and 127.0.0.1: call this machine\n# by its host name instead", proxyURL, f.Bundle)},
		{"docker", fmt.Sprintf("docker run --network host -e HTTP_PROXY=%[1]s -e HTTPS_PROXY=%[1]s \\\n"+
			"  -v %[2]s:/httpwhy.pem:ro -e SSL_CERT_FILE=/httpwhy.pem IMAGE", proxyURL, f.Bundle)},
		{"Chrome", fmt.Sprintf("chrome --user-data-dir=$(mktemp -d) --proxy-server=%s \\\n  --proxy-bypass-list='<-loopback>'\n"+
			"# then import the CA: Settings, Privacy and security, Security,\n# Manage certificates, Authorities:\n# %s", address, f.CA)},
		{"Firefox", fmt.Sprintf("# Settings, Network Settings: manual proxy %s port %s, also for HTTPS\n"+
			"# about:config: network.proxy.allow_hijacking_localhost = true\n"+
			"# Settings, Certificates, Authorities, Import:\n# %s", host, port, f.CA)},
		{"system-wide", fmt.Sprintf("# Debian and Ubuntu\nsudo cp %[1]s /usr/local/share/ca-certificates/httpwhy.crt\nsudo update-ca-certificates\n"+
			"# Fedora\nsudo trust anchor %[1]s\n# macOS\nsudo security add-trusted-cert -d -r trustRoot \\\n"+
			"  -k /Library/Keychains/System.keychain %[1]s", f.CA)},
	}
}

func shell(proxyURL string, f Files) string {
	return fmt.Sprintf("export HTTP_PROXY=%[1]s\nexport HTTPS_PROXY=%[1]s\nexport http_proxy=%[1]s https_proxy=%[1]s\n"+
		"export NO_PROXY= no_proxy=\nexport SSL_CERT_FILE=%[2]s\nexport CURL_CA_BUNDLE=%[2]s\nexport REQUESTS_CA_BUNDLE=%[2]s\n"+
		"export NODE_EXTRA_CA_CERTS=%[3]s NODE_USE_ENV_PROXY=1", proxyURL, f.Bundle, f.CA)
}

// Notes are lines below the clients in Set-up.
func Notes(f Files) []string {
	return []string{
		"CA certificate: " + f.CA,
		"Many clients skip the proxy for localhost and 127.0.0.1: set NO_PROXY empty,",
		"or call this machine by its host name.",
	}
}
