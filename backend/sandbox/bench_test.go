package sandbox_test

import (
	"testing"

	"billfold/backend/sandbox"
)

// BenchmarkStart is how long a scenario takes to be ready.
func BenchmarkStart(b *testing.B) {
	for _, scenario := range sandbox.Scenarios() {
		b.Run(scenario.Name, func(b *testing.B) {
			for b.Loop() {
				c := MustStart(b, sandbox.Options{Scenario: scenario.Name})
				if err := c.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkPage is one page of 100 out of 10,000 invoices, at both ends of the
// list and with what a pull expands.
func BenchmarkPage(b *testing.B) {
	c := MustStart(b, sandbox.Options{Scenario: "many"})
	defer func() { _ = c.Close() }()
	path := "/v1/invoices?customer=" + c.Customer()
	ids := c.all(path, "100")
	for name, query := range map[string]string{
		"newest": "", "oldest": "&starting_after=" + ids[len(ids)-101], "expanded": "&expand[]=data.total_tax_amounts.tax_rate",
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				c.get(path + "&limit=100" + query)
			}
		})
	}
}
