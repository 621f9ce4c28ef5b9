package stripeapi

import (
	"context"
	"errors"
	"net/url"

	"github.com/goccy/go-json"
	"github.com/stripe/stripe-go/v76"

	"billfold/backend/billing"
)

type wireLine struct {
	identity
	Description     *string              `json:"description"`
	Amount          *int64               `json:"amount"`
	Currency        *string              `json:"currency"`
	Quantity        *int64               `json:"quantity"`
	Proration       bool                 `json:"proration"`
	DiscountAmounts []wireDiscountAmount `json:"discount_amounts"`
	TaxAmounts      []wireTaxAmount      `json:"tax_amounts"`
	Price           *wireLinePrice       `json:"price"`
	Period          *struct {
		Start *int64 `json:"start"`
		End   *int64 `json:"end"`
	} `json:"period"`
}

// wireLinePrice is what a line needs to know of its price.
type wireLinePrice struct {
	ID        string  `json:"id"`
	Type      *string `json:"type"`
	Recurring *struct {
		UsageType *string `json:"usage_type"`
	} `json:"recurring"`
}

type wireDiscountAmount struct {
	Amount   int64     `json:"amount"`
	Discount reference `json:"discount"`
}

type wireTaxAmount struct {
	Amount    *int64      `json:"amount"`
	Inclusive bool        `json:"inclusive"`
	Reason    *string     `json:"taxability_reason"`
	Rate      wireTaxRate `json:"tax_rate"`
}

// wireTaxRate is a tax rate where it was expanded, and its id alone elsewhere.
type wireTaxRate struct {
	ID           string      `json:"id"`
	DisplayName  *string     `json:"display_name"`
	Percentage   json.Number `json:"percentage"`
	Jurisdiction *string     `json:"jurisdiction"`
}

// UnmarshalJSON takes an object, a string, or null.
func (w *wireTaxRate) UnmarshalJSON(data []byte) error {
	if len(data) == 0 || data[0] != '{' {
		return (*reference)(&w.ID).UnmarshalJSON(data)
	}
	type plain wireTaxRate // without this method
	return json.Unmarshal(data, (*plain)(w))
}

func (w *wireLine) key() string { return w.ID }

// prove does not look for an owner: lines name none, and belong to the invoice
// in whose list they stand.
func (w *wireLine) prove(string) error {
	if err := w.is("line_item"); err != nil {
		return err
	}
	return present("line_item", w.Amount != nil, isCurrency(w.Currency))
}

func (w *wireLine) value(rates map[string]wireTaxRate) billing.InvoiceLine {
	currency := textOf(w.Currency)
	line := billing.InvoiceLine{
		ID: w.ID, Description: textOf(w.Description), Amount: moneyOf(w.Amount, currency),
		Quantity: numberOf(w.Quantity), Proration: w.Proration,
		Discount: discountOf(w.DiscountAmounts, currency), Taxes: taxesOf(w.TaxAmounts, currency, rates),
	}
	if w.Price != nil {
		line.PriceID, line.PriceType = w.Price.ID, textOf(w.Price.Type)
		line.Metered = w.Price.Recurring != nil && textOf(w.Price.Recurring.UsageType) == "metered"
	}
	if w.Period != nil {
		line.PeriodStart, line.PeriodEnd = timeOf(w.Period.Start), timeOf(w.Period.End)
	}
	return line
}

func discountOf(amounts []wireDiscountAmount, currency string) billing.Money {
	sum := billing.Money{Currency: currency}
	for _, discount := range amounts {
		sum.Amount += discount.Amount
	}
	return sum
}

// taxesOf names the taxes by rates where they came as ids.
func taxesOf(amounts []wireTaxAmount, currency string, rates map[string]wireTaxRate) []billing.TaxAmount {
	taxes := make([]billing.TaxAmount, len(amounts))
	for i, tax := range amounts {
		rate := tax.Rate
		if known, ok := rates[rate.ID]; ok {
			rate = known
		}
		taxes[i] = billing.TaxAmount{
			Amount: moneyOf(tax.Amount, currency), Inclusive: tax.Inclusive, Name: textOf(rate.DisplayName),
			Percentage: string(rate.Percentage), Jurisdiction: textOf(rate.Jurisdiction), Reason: textOf(tax.Reason),
		}
	}
	return taxes
}

// rates are those of the whole bill. They came expanded, where those of the lines
// would be a fifth level.
func (w *wireBill) rates() map[string]wireTaxRate {
	if len(w.TotalTaxAmounts) == 0 {
		return nil
	}
	rates := make(map[string]wireTaxRate, len(w.TotalTaxAmounts))
	for _, tax := range w.TotalTaxAmounts {
		rates[tax.Rate.ID] = tax.Rate
	}
	return rates
}

// embedded proves the list of lines inside an invoice.
func embedded(lines *wirePage[wireLine], customer string) error {
	if lines == nil {
		return unreadable(errors.New("an invoice without its lines"))
	}
	if err := lines.check(); err != nil {
		return err
	}
	for i := range lines.Data {
		if err := lines.Data[i].prove(customer); err != nil {
			return err
		}
	}
	return nil
}

// complete gives all lines of an invoice: the embedded ones where they are all,
// else those of the lines endpoint. Stripe embeds no more than ten.
// Source: Stripe API reference, Invoice.lines.
func (c *Client) complete(ctx context.Context, embedded *wirePage[wireLine], from listing) ([]wireLine, error) {
	if !*embedded.HasMore {
		return embedded.Data, nil
	}
	return collect[wireLine](ctx, c, from)
}

func (w *wireBill) lines() []billing.InvoiceLine {
	rates := w.rates()
	lines := make([]billing.InvoiceLine, len(w.Lines.Data))
	for i := range w.Lines.Data {
		lines[i] = w.Lines.Data[i].value(rates)
	}
	return lines
}

func linesQuery() url.Values {
	params := &stripe.InvoiceListLinesParams{}
	params.Limit = fullPage()
	return queryOf(params)
}

func fullPage() *int64 { return stripe.Int64(pageSize) }
