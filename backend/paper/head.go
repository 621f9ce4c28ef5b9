package paper

import "math"

var moodColours = map[mood]struct{ words, ground colour }{
	waiting: {accent, paleBlue},
	settled: {green, paleMint},
	ended:   {quiet, paleGrey},
}

// drawHead draws the seller's name, how things stand, the title and the facts by
// which the document is filed.
func (s *sheet) drawHead(d Document) {
	status, m := statusOf(d)
	words := style{size: 8.5, leading: 18, bold: true, colour: moodColours[m].words}
	set := s.set(status, words, s.textWidth())[0]
	width := set.width*words.size + 20
	page := s.pages[0]
	pill := box{s.width - margin - width, s.y - 1, width, words.leading}
	s.pill(page, pill, moodColours[m].ground)
	s.draw(page, set, pill.x+10, pill.y+pill.height/2+0.36*words.size)

	name := d.Seller.Name
	s.row(cell{x: margin, lines: s.set(name, letterhead, s.textWidth()-width-24)})
	s.y += 26
	s.bar(s.pages[len(s.pages)-1], box{margin, s.y, 28, 3}, accent)
	s.y += 10
	s.row(cell{x: margin, lines: s.set(titleOf(d), titleStyle, s.textWidth())})
	s.y += 8
	s.drawFacts(factsOf(d))
	s.y += 10
	s.rule(margin, s.textWidth(), 0.5, hairline)
	s.y += 14
}

func factsOf(d Document) []Field {
	var facts []Field
	add := func(label, value string) {
		if value != "" {
			facts = append(facts, Field{label, value})
		}
	}
	add(titleOf(d)+" number", d.Number)
	if d.Kind != Invoice {
		add("Invoice number", d.RefersTo)
	}
	add("Date of issue", dateText(d.IssuedAt))
	if d.Kind == Invoice {
		add("Date due", dateText(d.DueAt))
	}
	if d.Kind != CreditNote && (d.Kind == Receipt || d.Standing == Paid) {
		add("Date paid", dateText(d.SettledAt))
	}
	return append(facts, d.Fields...)
}

// drawFacts sets facts four to a row, each below its label.
func (s *sheet) drawFacts(facts []Field) {
	const perRow, gap = 4, 12.0
	column := (s.textWidth() + gap) / perRow
	for from := 0; from < len(facts); from += perRow {
		if from > 0 {
			s.y += 6
		}
		var cells []cell
		for i, fact := range facts[from:min(from+perRow, len(facts))] {
			width := column - gap
			cells = append(cells, cell{x: margin + float64(i)*column, lines: append(
				s.set(fact.Label, label, width), s.set(fact.Value, body, width)...)})
		}
		s.row(cells...)
	}
}

// drawParties sets the seller and the buyer side by side.
func (s *sheet) drawParties(d Document) {
	half := s.textWidth() / 2
	seller := cell{x: margin, lines: s.party("From", d.Seller, half-18)}
	buyer := cell{x: margin + half, lines: s.party("Billed to", d.Buyer, half)}
	s.row(seller, buyer)
	s.y += 22
}

func (s *sheet) party(title string, p Party, width float64) []inked {
	lines := s.set(title, label, width)
	if p.Name != "" {
		lines = append(lines, s.set(p.Name, strong, width)...)
	}
	for _, text := range partyLines(p) {
		lines = append(lines, s.set(text, body, width)...)
	}
	return lines
}

// drawHeadline says in large letters what the document comes to.
func (s *sheet) drawHeadline(d Document) {
	amount, words := headlineOf(d)
	s.row(cell{x: margin, lines: s.set(joined(" ", d.Currency, amountText(amount, d.Currency), words), headline, s.textWidth())})
	if d.Memo != "" {
		s.y += 4
		s.row(cell{x: margin, lines: s.set(d.Memo, body, math.Min(s.textWidth(), 400))})
	}
	s.y += 14
}
