package statefile

import (
	"strconv"
	"strings"
	"time"

	"billfold/backend/billing"
	"billfold/frontend/messages"
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
	if zone == nil {
		zone = time.Local
	}
	words := map[string]Words{}
	for _, language := range messages.Languages() {
		says := speaker{of: messages.Of(language), language: language, zone: zone}
		words[language] = Words{
			State: says.state(s.Matter),
			Title: says.of["standing_cause_"+string(s.Cause)],
			Text:  strings.Join(says.meaning(s.Matter), " "),
		}
	}
	return words
}

type speaker struct {
	of       map[string]string
	language string
	zone     *time.Location
}

func (s speaker) state(m billing.Matter) string {
	if m.State == billing.StandingAccessLost && m.Consequence == billing.ConsequenceAccessPresumedLost {
		return s.of["standing_state_presumed"]
	}
	return s.of["standing_state_"+string(m.State)]
}

// meaning is what the window says below the title, a sentence each.
func (s speaker) meaning(m billing.Matter) []string {
	var sentences []string
	if open := len(m.InvoiceIDs); open > 1 {
		sentences = append(sentences, messages.Fill(s.of["standing_several_open"], "count", strconv.Itoa(open)))
	}
	sentences = append(sentences, messages.Fill(s.of["standing_means_"+string(m.Consequence)], "date", s.moment(m.AccessUntil)))
	if m.NoRetry != billing.NoRetryNone {
		sentences = append(sentences, s.of["standing_noretry_"+string(m.NoRetry)])
	}
	if next := s.next(m); next != "" {
		sentences = append(sentences, next)
	}
	return sentences
}

// next is what happens next on its own. An end that access goes on until was told of
// already, and the next bill is no news beside one that is not tried again.
func (s speaker) next(m billing.Matter) string {
	e := m.NextEvent
	if e == nil || m.Consequence == billing.ConsequenceAccessUntil && e.Kind == billing.EventEnds ||
		m.NoRetry != billing.NoRetryNone && e.Kind == billing.EventCharge {
		return ""
	}
	at := s.moment(e.At)
	if e.Imminent {
		at = s.of["standing_now"]
	}
	return messages.Fill(s.of["standing_next_"+string(e.Kind)], "date", at)
}

// layouts are how an instant is written, with its zone.
var layouts = map[string]string{
	"en": "Jan 2, 2006, 3:04 PM MST",
	"de": "02.01.2006, 15:04 MST",
}

func (s speaker) moment(at billing.Time) string {
	if !at.Known() {
		return ""
	}
	return at.Go().In(s.zone).Format(layouts[s.language])
}
