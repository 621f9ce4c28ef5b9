package paper

import (
	"math"
	"strconv"
)

const columnGap = 12.0

// column is one column of a table.
type column struct {
	title    string
	x, width float64
	right    bool
}

// drawTableHead draws the titles of a table and repeats them on each page that
// the table goes on to, until endTable.
func (s *sheet) drawTableHead(columns []column) {
	draw := func() {
		cells := make([]cell, len(columns))
		for i, c := range columns {
			titles := s.set(c.title, label, c.width)
			cells[i] = cell{x: c.x, width: c.width, right: c.right, lines: titles[:min(len(titles), 3)]}
		}
		s.row(cells...)
		s.y += 3
		s.rule(margin, s.textWidth(), 0.75, ink)
		s.y += 6
	}
	s.top = nil
	s.need(60)
	draw()
	s.top = draw
}

func (s *sheet) endTable() { s.top = nil }

// drawTableRow draws one row and the hairline below it.
func (s *sheet) drawTableRow(columns []column, texts [][]inked) {
	cells := make([]cell, len(columns))
	for i, c := range columns {
		cells[i] = cell{x: c.x, width: c.width, right: c.right, lines: texts[i]}
	}
	s.row(cells...)
	s.y += 4
	s.rule(margin, s.textWidth(), 0.5, hairline)
	s.y += 5
}

// columnsOf lays columns out from the right; the first takes what is left.
func (s *sheet) columnsOf(columns ...column) []column {
	x := s.width - margin
	for i := len(columns) - 1; i > 0; i-- {
		x -= columns[i].width
		columns[i].x = x
		x -= columnGap
	}
	columns[0].x, columns[0].width = margin, x-margin
	return columns
}

// numberColumn is wide enough for the longest of the numbers, up to a quarter of
// the page.
func (s *sheet) numberColumn(title string, texts ...string) column {
	width := 58.0
	for _, text := range append(texts, title) {
		width = math.Max(width, s.widthOf(text, body)+1)
	}
	return column{title: title, width: math.Min(width, s.textWidth()/4), right: true}
}

// drawLines draws what was charged or credited, line by line.
func (s *sheet) drawLines(d Document) {
	amounts := make([]string, len(d.Lines))
	units := make([]string, len(d.Lines))
	quantities := make([]string, len(d.Lines))
	for i, l := range d.Lines {
		amounts[i] = amountText(l.Amount, d.Currency)
		units[i], _ = decimalText(l.UnitAmount, d.Currency)
		if l.Quantity != 0 {
			quantities[i] = quantityText(l.Quantity)
		}
	}
	columns := s.columnsOf(
		column{title: "Description"},
		s.numberColumn("Quantity", quantities...),
		s.numberColumn("Unit price", units...),
		s.numberColumn(joined(" ", "Amount", bracketed(d.Currency)), amounts...),
	)
	s.drawTableHead(columns)
	for i, l := range d.Lines {
		description := s.set(l.Description, body, columns[0].width)
		if under := joined("  ·  ", periodText(l.From, l.To), prorated(l)); under != "" {
			description = append(description, s.set(under, detail, columns[0].width)...)
		}
		s.drawTableRow(columns, [][]inked{
			description,
			s.set(quantities[i], body, columns[1].width),
			s.set(units[i], body, columns[2].width),
			s.set(amounts[i], body, columns[3].width),
		})
	}
	s.endTable()
}

func prorated(l Line) string {
	if l.Proration {
		return "Prorated"
	}
	return ""
}

func bracketed(text string) string {
	if text == "" {
		return ""
	}
	return "(" + text + ")"
}

// quantityText writes a quantity, which has no decimals.
func quantityText(quantity int64) string {
	text := strconv.FormatInt(quantity, 10)
	if quantity < 0 {
		return "-" + grouped(text[1:])
	}
	return grouped(text)
}

// drawPayments lists the money that came in, or went back.
func (s *sheet) drawPayments(d Document) {
	if len(d.Payments) == 0 {
		return
	}
	title, reference := "Payments", "Receipt number"
	if d.Kind == CreditNote {
		title, reference = "Refunds", "Reference"
	}
	amounts := make([]string, len(d.Payments))
	for i, p := range d.Payments {
		amounts[i] = amountText(p.Amount, d.Currency)
	}
	s.y += 18
	s.need(90)
	s.row(cell{x: margin, lines: s.set(title, heading, s.textWidth())})
	s.y += 4
	columns := s.columnsOf(
		column{title: "Payment method"},
		column{title: "Date", width: 96},
		column{title: reference, width: 104},
		s.numberColumn(joined(" ", "Amount", bracketed(d.Currency)), amounts...),
	)
	s.drawTableHead(columns)
	for i, p := range d.Payments {
		s.drawTableRow(columns, [][]inked{
			s.set(p.Method, body, columns[0].width),
			s.set(dateText(p.At), body, columns[1].width),
			s.set(p.Number, body, columns[2].width),
			s.set(amounts[i], body, columns[3].width),
		})
	}
	s.endTable()
}
