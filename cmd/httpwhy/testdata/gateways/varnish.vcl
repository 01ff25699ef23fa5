vcl 4.1;
backend app { .host = "$APPHOST"; .port = "$APPPORT"; .first_byte_timeout = 1s; }
backend dead { .host = "$DEADHOST"; .port = "$DEADPORT"; }
sub vcl_recv {
	if (req.url ~ "^/refused") { set req.backend_hint = dead; }
	return (pass);
}
