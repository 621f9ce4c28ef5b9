package statefile

import (
	"strings"
	"time"

	"billfold/backend/billing"
	"billfold/backend/wording"
)

// Words say a standing to a person. They have no amount and no name in them, since
// they may stand where others look on; only Text is made of whole sentences.
type Words struct {
	// State is how it stands, in a word or two.
	State string `json:"state"`
	// Title is what happened.
	Title string `json:"title"`
	// Text is what that means, and what comes next on its own.
	Text string `json:"text"`
}

// WordsOf says a standing in every language of the window, from the window's own
// catalogue. Times are in the zone, nil for that of this computer.
func WordsOf(s billing.Standing, zone *time.Location) map[string]Words {
	words := map[string]Words{}
	for _, language := range wording.Languages() {
		says := wording.In(language, zone)
		words[language] = Words{
			State: says.State(s.Matter),
			Title: says.Cause(s.Cause),
			Text:  strings.Join(says.Meaning(s.Matter, false), " "),
		}
	}
	return words
}
