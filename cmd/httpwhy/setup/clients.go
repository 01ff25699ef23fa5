package setup

import (
	"fmt"
	"path/filepath"
	"strings"
	"unicode"
)

// Client is how one kind of client is set up: lines to type or to follow.
type Client struct{ Name, Text string }

// Clients are the lines for each kind of client, for the proxy at proxyURL. home
// is the user's folder, which the lines abbreviate.
func Clients(proxyURL string, f Files, home string) []Client {
	address := strings.TrimPrefix(proxyURL, "http://")
	host, port, _ := strings.Cut(address, ":")
	ca, bundle := shellPath(f.CA, home), shellPath(f.Bundle, home)
	proxies := "export HTTP_PROXY=" + proxyURL + "\nexport HTTPS_PROXY=" + proxyURL + "\n"
	folder := "CA=" + shellPath(filepath.Dir(f.CA), home) + "\n"
	return []Client{
		{"this shell", proxies + "export http_proxy=$HTTP_PROXY https_proxy=$HTTP_PROXY\nexport NO_PROXY= no_proxy=\n" + folder +
			"export SSL_CERT_FILE=$CA/ca-bundle.pem\nexport CURL_CA_BUNDLE=$SSL_CERT_FILE\n" +
			"export REQUESTS_CA_BUNDLE=$SSL_CERT_FILE\nexport NODE_EXTRA_CA_CERTS=$CA/ca.pem\n" +
			"export NODE_USE_ENV_PROXY=1   # Node 24 and later"},
		{"one program", "httpwhy run -- COMMAND\n# sets all of it for that program alone, e.g.\nhttpwhy run -- npm test"},
		{"curl", fmt.Sprintf("curl -x %s \\\n  --cacert %s \\\n  https://example.com/", proxyURL, bundle)},
		{"node", proxies + "export NO_PROXY=\n" + folder + "export NODE_EXTRA_CA_CERTS=$CA/ca.pem\n" +
			"export NODE_USE_ENV_PROXY=1    # Node 24 and later\n# before Node 24:\nexport HTTPWHY_PROXY=" + proxyURL + "\n" +
			"export NODE_OPTIONS=\"--require $CA/node-preload.cjs\""},
		{"python", proxies + "export NO_PROXY=\n" + folder +
			"export REQUESTS_CA_BUNDLE=$CA/ca-bundle.pem\nexport SSL_CERT_FILE=$CA/ca-bundle.pem"},
		{"java", folder + fmt.Sprintf("java -Dhttp.proxyHost=%[1]s -Dhttp.proxyPort=%[2]s \\\n"+
			"  -Dhttps.proxyHost=%[1]s -Dhttps.proxyPort=%[2]s \\\n  -Dhttp.nonProxyHosts= \\\n"+
			"  -Djavax.net.ssl.trustStore=$CA/truststore.p12 \\\n  -Djavax.net.ssl.trustStorePassword=%[3]s ...\n"+
			"# or put the CA into the JVM's own store:\n"+
			"keytool -importcert -cacerts -alias httpwhy \\\n  -file $CA/ca.pem", host, port, TrustStorePassword)},
		{"go", proxies + "export SSL_CERT_FILE=" + bundle + "    # Linux\n" +
			"# Go never uses a proxy for localhost and 127.0.0.1:\n# call this machine by its host name, or use --reverse"},
		{"docker", folder + fmt.Sprintf("docker run --network host \\\n  -e HTTP_PROXY=%[1]s \\\n  -e HTTPS_PROXY=%[1]s \\\n"+
			"  -v $CA/ca-bundle.pem:/httpwhy.pem:ro \\\n  -e SSL_CERT_FILE=/httpwhy.pem IMAGE", proxyURL)},
		{"Chrome", fmt.Sprintf("chrome --user-data-dir=$(mktemp -d) \\\n  --proxy-server=%s \\\n  --proxy-bypass-list='<-loopback>'\n"+
			"# then import the CA: Settings, Privacy and security,\n# Security, Manage certificates, Authorities:\n# %s", address, ca)},
		{"Firefox", fmt.Sprintf("# Settings, Network Settings: manual proxy\n# %s port %s, also for HTTPS\n"+
			"# about:config: network.proxy.allow_hijacking_localhost\n# Settings, Certificates, Authorities, Import:\n# %s", host, port, ca)},
		{"system-wide", folder + "# Debian and Ubuntu\nsudo cp $CA/ca.pem \\\n  /usr/local/share/ca-certificates/httpwhy.crt\nsudo update-ca-certificates\n" +
			"# Fedora\nsudo trust anchor $CA/ca.pem\n# macOS\nsudo security add-trusted-cert -d -r trustRoot \\\n" +
			"  -k /Library/Keychains/System.keychain $CA/ca.pem"},
	}
}

// shellPath is path as a word for a shell: behind ~ where it lies in home, in
// quotes where it has characters of meaning.
func shellPath(path, home string) string {
	rest, inHome := strings.CutPrefix(path, home+"/")
	prefix := "~/"
	if home == "" || !inHome {
		prefix, rest = "", path
	}
	if strings.ContainsFunc(rest, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("/._-+", r)
	}) {
		rest = "'" + strings.ReplaceAll(rest, "'", `'\''`) + "'"
	}
	return prefix + rest
}

// Notes are lines below the clients in Set-up.
func Notes(f Files) []string {
	return []string{
		"CA certificate: " + f.CA,
		"Many clients skip the proxy for localhost and 127.0.0.1: set NO_PROXY empty,",
		"or call this machine by its host name.",
	}
}
