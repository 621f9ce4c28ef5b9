package billing

import (
	"maps"
	"slices"
)

// ReasonsWithWords lists the reasons that a subscriber may be told, sorted: those of
// the table that say something.
func ReasonsWithWords() []string {
	var reasons []string
	for _, code := range slices.Sorted(maps.Keys(declineTable)) {
		if !declineTable[code].unsaid && !hiddenDeclines[code] {
			reasons = append(reasons, code)
		}
	}
	return reasons
}
