package main

import (
	"os"
	"strings"
	"testing"

	"httpwhy/inspector/filter"
)

func TestTheREADMENamesEveryKeyOfFilters(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, k := range filter.Keys() {
		names = append(names, k.Name)
	}
	if want := "`" + strings.Join(names, " ") + "`"; !strings.Contains(string(readme), want) {
		t.Errorf("README.md does not say %s", want)
	}
}
