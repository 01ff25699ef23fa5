//go:build linux

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// certgen is where Debian's squid-openssl keeps its maker of certificates.
const certgen = "/usr/lib/squid/security_file_certgen"

// absentSquid: only the build with OpenSSL can intercept.
func absentSquid() string {
	const how = "apt install squid-openssl"
	if _, err := os.Stat(certgen); err != nil {
		return how
	}
	return absent("squid", how)
}

const squidConf = `
http_port 127.0.0.1:%[1]d ssl-bump tls-cert=%[2]s/ca.pem generate-host-certificates=on dynamic_cert_mem_cache_size=16MB
sslcrtd_program %[3]s -s %[2]s/certificates -M 16MB
sslcrtd_children 4 startup=1 idle=1
ssl_bump bump all
tls_outgoing_options flags=DONT_VERIFY_PEER
sslproxy_cert_error allow all
http_access allow localhost
http_access deny all
cache deny all
access_log none
cache_log %[2]s/cache.log
pid_filename none
coredump_dir %[2]s
shutdown_lifetime 0 seconds
visible_hostname bench
pinger_enable off
max_filedescriptors 4096
`

// squidCommand makes what squid needs to intercept: a CA, its database of
// certificates, and a configuration that caches and logs nothing.
func squidCommand(port int, dir string) ([]string, error) {
	squid, err := lookPath("squid")
	if err != nil {
		return nil, err
	}
	ca := filepath.Join(dir, "ca.pem")
	conf := filepath.Join(dir, "squid.conf")
	steps := [][]string{
		{
			"openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=bench squid CA",
			"-keyout", ca + ".key", "-out", ca + ".crt", "-addext", "basicConstraints=critical,CA:TRUE",
		},
		{"sh", "-c", `cat "$0.key" "$0.crt" >"$0"`, ca},
		{certgen, "-c", "-s", filepath.Join(dir, "certificates"), "-M", "16MB"},
	}
	if os.Geteuid() == 0 {
		// It gives root up for this user.
		steps = append(steps, []string{"chown", "-R", "proxy", dir})
	}
	if err := os.WriteFile(conf, fmt.Appendf(nil, squidConf, port, dir, certgen), 0o644); err != nil {
		return nil, err
	}
	for _, s := range steps {
		if out, err := exec.Command(s[0], s[1:]...).CombinedOutput(); err != nil {
			return nil, fmt.Errorf("%s: %w: %s", s[0], err, out)
		}
	}
	return []string{squid, "-N", "-n", fmt.Sprintf("bench%d", port), "-f", conf}, nil
}
