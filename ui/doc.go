// Package ui is the inspector on the terminal: it lists the exchanges of a
// capture, names the cause of each failure beside it, and shows one exchange
// in full.
//
// It pulls. A feed asks the Source at most ten times a second whether something
// changed; models (ui/rows, listModel) know no widget; one root primitive draws
// them and dispatches keys through one table of bindings. What came from the
// wire reaches the screen only through ui/text, which makes control characters
// visible.
package ui
