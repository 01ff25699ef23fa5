package status

import (
	"strings"
	"testing"
)

func TestExplain(t *testing.T) {
	tests := []struct {
		n    int
		want []string
	}{
		{404, []string{"404 Not Found: There is nothing at this URL"}},
		{999, []string{"LinkedIn", "not valid"}},
		{0, []string{"no response"}},
		{199, []string{"treats it as 100 Continue"}},
		{299, []string{"neither in the IANA registry", "success (2xx)", "treats it as 200 OK"}},
		{399, []string{"treats it as 300 Multiple Choices"}},
		{427, []string{"client error (4xx)", "treats it as 400 Bad Request"}},
		{599 - 1, []string{"598 Network Read Timeout Error"}},
		{555, []string{"treats it as 500 Internal Server Error"}},
		{700, []string{"No status code 700 is known", "not valid", "100 to 599", "no class 7xx", "5xx"}},
		{42, []string{"042", "not valid"}},
		{-1, []string{"-1 is not a status code"}},
		{1000, []string{"three digits"}},
	}
	for _, tt := range tests {
		got := Explain(tt.n)
		for _, want := range tt.want {
			if !strings.Contains(got, want) {
				t.Errorf("Explain(%d) = %q, lacks %q", tt.n, got, want)
			}
		}
	}
}
