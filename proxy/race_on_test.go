//go:build race

package proxy

// underRace: the race detector makes each test several times slower.
const underRace = true
