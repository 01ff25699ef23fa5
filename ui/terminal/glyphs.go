package terminal

// Glyphs are the signs of the screen that are not letters. Each takes one cell.
type Glyphs struct {
	Error, Warning, Info, InFlight, Blank   string
	Selected                                string // first cell of the selected row
	Horizontal, Vertical                    string
	TopLeft, TopRight, BottomLeft           string // also the brackets of a chain
	BottomRight, TeeRight, TeeLeft, TeeDown string // TeeRight is ├
	TeeUp, Cross                            string
	ArrowRight, ArrowLeft, ArrowDown        string
	Ellipsis, Dot, Recording, Focus, Check  string
	Block, HalfBlock                        string // bars
}

// NewGlyphs returns the signs, in ASCII alone where ascii is set.
func NewGlyphs(ascii bool) *Glyphs {
	if ascii {
		return &Glyphs{
			Error: "x", Warning: "!", Info: "i", InFlight: "~", Blank: " ", Selected: ">",
			Horizontal: "-", Vertical: "|", TopLeft: "+", TopRight: "+", BottomLeft: "+", BottomRight: "+",
			TeeRight: "+", TeeLeft: "+", TeeDown: "+", TeeUp: "+", Cross: "+",
			ArrowRight: ">", ArrowLeft: "<", ArrowDown: "v",
			Ellipsis: "~", Dot: "-", Recording: "*", Focus: "|", Check: "+", Block: "#", HalfBlock: "=",
		}
	}
	return &Glyphs{
		Error: "✗", Warning: "▲", Info: "i", InFlight: "~", Blank: " ", Selected: ">",
		Horizontal: "─", Vertical: "│", TopLeft: "┌", TopRight: "┐", BottomLeft: "└", BottomRight: "┘",
		TeeRight: "├", TeeLeft: "┤", TeeDown: "┬", TeeUp: "┴", Cross: "┼",
		ArrowRight: "▶", ArrowLeft: "◀", ArrowDown: "▼",
		Ellipsis: "…", Dot: "·", Recording: "●", Focus: "▌", Check: "✓", Block: "█", HalfBlock: "▒",
	}
}

// Severity returns the sign of "error", "warning" or "info"; blank for anything
// else: what is fine has no sign.
func (g *Glyphs) Severity(s string) string {
	switch s {
	case "error":
		return g.Error
	case "warning":
		return g.Warning
	case "info":
		return g.Info
	}
	return g.Blank
}
