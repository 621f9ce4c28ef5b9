package autostart

import "strings"

// CommandLine writes an entry as Windows reads a command line, for the value in the
// registry.
func CommandLine(entry Entry) string {
	words := []string{quoteForWindows(entry.Program)}
	for _, arg := range entry.Args {
		words = append(words, quoteForWindows(arg))
	}
	return strings.Join(words, " ")
}

// ProgramOf reads back the program of a command line.
func ProgramOf(line string) string {
	if rest, quoted := strings.CutPrefix(line, `"`); quoted {
		program, _, _ := strings.Cut(rest, `"`)
		return program
	}
	program, _, _ := strings.Cut(line, " ")
	return program
}

// quoteForWindows puts quotes around an argument. Backslashes count only before a
// quote, so those at the end are doubled, since our own quote follows.
func quoteForWindows(arg string) string {
	var quoted strings.Builder
	backslashes := 0
	for _, c := range arg {
		switch c {
		case '\\':
			backslashes++
			continue
		case '"':
			quoted.WriteString(strings.Repeat(`\`, 2*backslashes+1))
		default:
			quoted.WriteString(strings.Repeat(`\`, backslashes))
		}
		backslashes = 0
		quoted.WriteRune(c)
	}
	return `"` + quoted.String() + strings.Repeat(`\`, 2*backslashes) + `"`
}
