package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/interop"
	testgrpc "google.golang.org/grpc/interop/grpc_testing"
)

// interopCases are the cases of gRPC's interoperability tests that need no
// cloud, by the names of that specification.
var interopCases = []struct {
	name string
	do   func(context.Context, testgrpc.TestServiceClient, ...grpc.CallOption)
}{
	{"empty_unary", interop.DoEmptyUnaryCall},
	{"large_unary", interop.DoLargeUnaryCall},
	{"client_streaming", interop.DoClientStreaming},
	{"server_streaming", interop.DoServerStreaming},
	{"ping_pong", interop.DoPingPong},
	{"empty_stream", interop.DoEmptyStream},
	{"status_code_and_message", interop.DoStatusCodeAndMessage},
	{"special_status_message", interop.DoSpecialStatusMessage},
	{"custom_metadata", interop.DoCustomMetadata},
	{"cancel_after_first_response", interop.DoCancelAfterFirstResponse},
	{"cancel_after_begin", interop.DoCancelAfterBegin},
	{"timeout_on_sleeping_server", interop.DoTimeoutOnSleepingServer},
}

// interopClient is a program of its own, because the cases end the process when
// they fail: "grpc-interop ADDRESS CA-FILE" runs all cases, plain and with gzip,
// and prints the name of each that passed.
func interopClient() {
	fail := func(err error) {
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	secure, err := credentials.NewClientTLSFromFile(os.Args[2], "")
	fail(err)
	conn, err := grpc.NewClient(os.Args[1], grpc.WithTransportCredentials(secure), grpc.WithNoProxy())
	fail(err)
	defer conn.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	defer cancel()
	client := testgrpc.NewTestServiceClient(conn)
	for coding, options := range map[string][]grpc.CallOption{"identity": nil, "gzip": {grpc.UseCompressor(gzip.Name)}} {
		for _, c := range interopCases {
			c.do(ctx, client, options...)
			fmt.Println(c.name, coding)
		}
	}
	interop.DoUnimplementedMethod(ctx, conn)
	fmt.Println("unimplemented_method")
	interop.DoUnimplementedService(ctx, testgrpc.NewUnimplementedServiceClient(conn))
	fmt.Println("unimplemented_service")
}

// TestGRPCInterop: grpc-go's own client passes the same interoperability cases
// with and without the proxy, and each call is recorded with its status.
func TestGRPCInterop(t *testing.T) {
	t.Parallel()
	ca := newAuthority(t, "interop authority", nil)
	certificate := ca.leaf(t, nil)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer(grpc.Creds(credentials.NewServerTLSFromCert(&certificate)))
	testgrpc.RegisterTestServiceServer(server, interop.NewTestServer())
	go server.Serve(l)
	t.Cleanup(server.Stop)
	r := startProxy(t, "--upstream-ca", ca.file(t))

	var passed [2][]string
	for i, way := range [][]string{{l.Addr().String(), ca.file(t)}, {r.tunnelTo(l.Addr().String()), r.ca()}} {
		out, err := exec.Command("grpc-interop", way...).CombinedOutput()
		if err != nil {
			t.Fatalf("client %d: %v: %s", i, err, out)
		}
		passed[i] = strings.Split(strings.TrimSpace(string(out)), "\n")
		slices.Sort(passed[i])
	}
	if want := 2*len(interopCases) + 2; len(passed[0]) != want || !slices.Equal(passed[0], passed[1]) {
		t.Errorf("%d cases pass without the proxy: %q\nwith it: %q", len(passed[0]), passed[0], passed[1])
	}

	// How the calls end that the client gives up is a race of its own: before they
	// are sent, without a status of the server, or after the server answered.
	r.recorded(".UnimplementedService/UnimplementedCall")
	r.stop()
	statuses := map[string]int{}
	for line := range strings.Lines(r.httpwhy("ls", "--json")) {
		var row rowJSON
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatal(err)
		}
		x := r.record(row.ID)
		var status any
		if x.Response != nil {
			status = field(slices.Concat(x.Response.Header, x.Response.Trailer), "grpc-status")
		}
		statuses[fmt.Sprint(row.URL[strings.LastIndex(row.URL, "/")+1:], " ", status, " ", row.State)]++
	}
	for call, want := range map[string]int{
		"EmptyCall 0 complete": 2, "UnaryCall 0 complete": 4, "UnaryCall 2 complete": 4, "StreamingOutputCall 0 complete": 2,
		"FullDuplexCall 0 complete": 6, "FullDuplexCall 2 complete": 2, "UnimplementedCall 12 complete": 2,
	} {
		if statuses[call] != want {
			t.Errorf("%q is recorded %d times, want %d, in %v", call, statuses[call], want, statuses)
		}
	}
	if n := statuses["StreamingInputCall 0 complete"]; n < 2 || statuses["FullDuplexCall <nil> failed"] < 2 {
		t.Errorf("recorded %v", statuses)
	}
}
