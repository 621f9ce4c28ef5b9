package stripeapi

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/goccy/go-json"
	"github.com/stripe/stripe-go/v76"
	"golang.org/x/sync/errgroup"

	"billfold/backend/billing"
)

// wireBill is what an invoice and the preview of one have in common. The links
// to hosted page and PDF are bearer secrets, and are not even decoded.
type wireBill struct {
	Object          string               `json:"object"`
	Customer        reference            `json:"customer"`
	Subscription    reference            `json:"subscription"`
	Currency        *string              `json:"currency"`
	Subtotal        *int64               `json:"subtotal"`
	Tax             *int64               `json:"tax"`
	Total           *int64               `json:"total"`
	AmountDue       *int64               `json:"amount_due"`
	TotalTaxAmounts []wireTaxAmount      `json:"total_tax_amounts"`
	TotalDiscounts  []wireDiscountAmount `json:"total_discount_amounts"`
	Discount        *wireDiscount        `json:"discount"`
	Created         *int64               `json:"created"`
	PeriodStart     *int64               `json:"period_start"`
	PeriodEnd       *int64               `json:"period_end"`
	Lines           *wirePage[wireLine]  `json:"lines"`
}

type wireInvoice struct {
	ID string `json:"id"`
	wireBill
	Number             *string `json:"number"`
	ReceiptNumber      *string `json:"receipt_number"`
	Status             *string `json:"status"`
	Description        *string `json:"description"`
	BillingReason      *string `json:"billing_reason"`
	CollectionMethod   *string `json:"collection_method"`
	AmountPaid         *int64  `json:"amount_paid"`
	AmountRemaining    *int64  `json:"amount_remaining"`
	StartingBalance    *int64  `json:"starting_balance"`
	EndingBalance      *int64  `json:"ending_balance"`
	PrePaymentCredits  *int64  `json:"pre_payment_credit_notes_amount"`
	PostPaymentCredits *int64  `json:"post_payment_credit_notes_amount"`

	Paid          *bool  `json:"paid"`
	PaidOutOfBand bool   `json:"paid_out_of_band"`
	AutoAdvance   bool   `json:"auto_advance"`
	Attempted     bool   `json:"attempted"`
	AttemptCount  *int64 `json:"attempt_count"`

	EffectiveAt        *int64          `json:"effective_at"`
	DueDate            *int64          `json:"due_date"`
	NextPaymentAttempt *int64          `json:"next_payment_attempt"`
	Transitions        wireTransitions `json:"status_transitions"`

	DefaultPaymentMethod reference `json:"default_payment_method"`
	Charge               reference `json:"charge"`
	PaymentIntent        reference `json:"payment_intent"`
	LatestRevision       reference `json:"latest_revision"`
	FromInvoice          *struct {
		Invoice reference `json:"invoice"`
	} `json:"from_invoice"`
	LastFinalizationError *struct {
		Code *string `json:"code"`
		Type *string `json:"type"`
	} `json:"last_finalization_error"`
	wireParties

	// waits is what its payment intent said: see completeConfirmations.
	waits bool
}

type wireTransitions struct {
	FinalizedAt           *int64 `json:"finalized_at"`
	PaidAt                *int64 `json:"paid_at"`
	MarkedUncollectibleAt *int64 `json:"marked_uncollectible_at"`
	VoidedAt              *int64 `json:"voided_at"`
}

// wireParties are buyer and seller as frozen when the invoice was finalized.
type wireParties struct {
	CustomerName    *string          `json:"customer_name"`
	CustomerEmail   *string          `json:"customer_email"`
	CustomerPhone   *string          `json:"customer_phone"`
	CustomerAddress *address         `json:"customer_address"`
	CustomerTaxIDs  []wirePartyTaxID `json:"customer_tax_ids"`
	TaxExempt       *string          `json:"customer_tax_exempt"`
	AccountName     *string          `json:"account_name"`
	AccountCountry  *string          `json:"account_country"`
	AccountTaxIDs   []wirePartyTaxID `json:"account_tax_ids"`
}

// wirePartyTaxID is a tax number printed on an invoice; empty where it is an id
// that was not expanded.
type wirePartyTaxID struct {
	Type  *string `json:"type"`
	Value *string `json:"value"`
}

// UnmarshalJSON takes an object, a string, or null.
func (w *wirePartyTaxID) UnmarshalJSON(data []byte) error {
	if len(data) == 0 || data[0] != '{' {
		return new(reference).UnmarshalJSON(data)
	}
	type plain wirePartyTaxID // without this method
	return json.Unmarshal(data, (*plain)(w))
}

// prove checks what an invoice and a preview both must have.
func (w *wireBill) prove(customer string) error {
	if w.Object != "invoice" {
		return unreadable(errors.New("an invoice without its kind"))
	}
	if err := ownedBy(w.Customer, customer); err != nil {
		return err
	}
	if err := present("invoice", isCurrency(w.Currency), w.Subtotal != nil, w.Total != nil, w.AmountDue != nil, w.Created != nil); err != nil {
		return err
	}
	return embedded(w.Lines, customer)
}

func (w *wireInvoice) key() string { return w.ID }

// prove also asks for paid, which this version always has and newer ones lack.
func (w *wireInvoice) prove(customer string) error {
	if w.ID == "" {
		return unreadable(errors.New("an invoice without its id"))
	}
	if err := w.wireBill.prove(customer); err != nil {
		return err
	}
	if err := present("invoice", w.Paid != nil, w.AmountPaid != nil, w.AmountRemaining != nil, w.Status != nil); err != nil {
		return err
	}
	if !slices.Contains(billing.InvoiceStatuses(), billing.InvoiceStatus(*w.Status)) {
		return unreadable(errors.New("an invoice of an unknown status"))
	}
	return nil
}

// Invoices reads the invoices created at since or later, all of them when since
// is unknown, newest first and with all their lines. take gets them page by page
// and in order, while the next page is fetched; its error ends the reading and is
// given back. The result is nil only when the list was read to its end.
func (c *Client) Invoices(ctx context.Context, since billing.Time, take func(page []billing.Invoice) error) error {
	params := &stripe.InvoiceListParams{
		Customer: stripe.String(c.customer), CreatedRange: createdSince(since),
		Expand: expand("data.total_tax_amounts.tax_rate"),
	}
	params.Limit = fullPage()
	err := readList[wireInvoice](ctx, c, listing{path: "/v1/invoices", query: queryOf(params)},
		func(ctx context.Context, page []wireInvoice) error {
			if err := c.completeLines(ctx, page); err != nil {
				return err
			}
			if err := c.completeConfirmations(ctx, page); err != nil {
				return err
			}
			invoices := make([]billing.Invoice, len(page))
			for i := range page {
				invoices[i] = page[i].value()
			}
			return take(invoices)
		})
	if err != nil {
		return fmt.Errorf("list invoices: %w", err)
	}
	return nil
}

// Invoice asks for one invoice with all its lines. A deleted draft, or another
// customer's invoice, is CodeNotFound.
func (c *Client) Invoice(ctx context.Context, id string) (billing.Invoice, error) {
	path, err := pathTo("/v1/invoices/", id, "")
	if err != nil {
		return billing.Invoice{}, err
	}
	got, err := retrieve[wireInvoice](ctx, c, path, queryOf(&stripe.InvoiceParams{Expand: expand("total_tax_amounts.tax_rate")}))
	if err == nil && got.ID != id {
		err = unreadable(errors.New("another invoice than was asked for"))
	}
	one := []wireInvoice{got}
	if err == nil {
		err = c.completeLines(ctx, one)
	}
	if err == nil {
		err = c.completeConfirmations(ctx, one)
	}
	if err != nil {
		return billing.Invoice{}, fmt.Errorf("retrieve invoice: %w", err)
	}
	return one[0].value(), nil
}

// completeLines fetches, side by side, the lines of the invoices that embed only
// their first ones.
func (c *Client) completeLines(ctx context.Context, invoices []wireInvoice) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(MaxConcurrent)
	for i := range invoices {
		invoice := &invoices[i]
		if !*invoice.Lines.HasMore {
			continue
		}
		group.Go(func() error {
			path, err := pathTo("/v1/invoices/", invoice.ID, "/lines")
			if err != nil {
				return unreadable(err)
			}
			invoice.Lines.Data, err = c.complete(ctx, invoice.Lines, listing{path: path, query: linesQuery()})
			return err
		})
	}
	return group.Wait()
}

func (w *wireInvoice) value() billing.Invoice {
	currency := textOf(w.Currency)
	lines := w.lines()
	money := func(amount *int64) billing.Money { return moneyOf(amount, currency) }
	invoice := billing.Invoice{
		ID: w.ID, Number: textOf(w.Number), ReceiptNumber: textOf(w.ReceiptNumber),
		Status: billing.InvoiceStatus(textOf(w.Status)), Description: textOf(w.Description),
		Summary:       billing.Summarize(textOf(w.Description), lines),
		BillingReason: textOf(w.BillingReason), CollectionMethod: textOf(w.CollectionMethod),
		SubscriptionID: string(w.Subscription), Currency: currency,

		Subtotal: money(w.Subtotal), Discount: discountOf(w.TotalDiscounts, currency), Tax: w.tax(), Total: money(w.Total),
		AmountDue: money(w.AmountDue), AmountPaid: money(w.AmountPaid), AmountRemaining: money(w.AmountRemaining),
		StartingBalance: money(w.StartingBalance),
		CreditedBefore:  money(w.PrePaymentCredits), CreditedAfter: money(w.PostPaymentCredits),
		Taxes: taxesOf(w.TotalTaxAmounts, currency, nil), Discounts: w.discounts(),
		TaxExempt: textOf(w.TaxExempt),

		PaidOutOfBand: w.PaidOutOfBand, AutoAdvance: w.AutoAdvance, Attempted: w.Attempted, Attempts: numberOf(w.AttemptCount),
		NeedsConfirmation: w.waits,

		CreatedAt: timeOf(w.Created), EffectiveAt: timeOf(w.EffectiveAt), DueAt: timeOf(w.DueDate),
		FinalizedAt: timeOf(w.Transitions.FinalizedAt), PaidAt: timeOf(w.Transitions.PaidAt),
		VoidedAt: timeOf(w.Transitions.VoidedAt), UncollectibleAt: timeOf(w.Transitions.MarkedUncollectibleAt),
		NextAttemptAt: timeOf(w.NextPaymentAttempt), PeriodStart: timeOf(w.PeriodStart), PeriodEnd: timeOf(w.PeriodEnd),

		DefaultPaymentMethodID: string(w.DefaultPaymentMethod), PaymentID: string(w.Charge),
		LatestRevisionID: string(w.LatestRevision), FinalizationError: w.finalizationError(),
		BilledTo: w.billedTo(), Seller: w.seller(), Lines: lines,
	}
	if w.EndingBalance != nil {
		ending := money(w.EndingBalance)
		invoice.EndingBalance = &ending
	}
	if w.FromInvoice != nil {
		invoice.RevisionOfID = string(w.FromInvoice.Invoice)
	}
	return invoice
}

// tax is the sum the bill names, or that of the single taxes where it names none.
func (w *wireBill) tax() billing.Money {
	if w.Tax != nil {
		return moneyOf(w.Tax, textOf(w.Currency))
	}
	sum := billing.Money{Currency: textOf(w.Currency)}
	for _, tax := range w.TotalTaxAmounts {
		sum.Amount += numberOf(tax.Amount)
	}
	return sum
}

// discounts names what the bill's only discount is called. Where there are several
// the bill names none of them.
// Source: Stripe API reference, Invoice.discount.
func (w *wireBill) discounts() []billing.LineDiscount {
	discounts := make([]billing.LineDiscount, len(w.TotalDiscounts))
	for i, discount := range w.TotalDiscounts {
		discounts[i].Amount = billing.Money{Amount: discount.Amount, Currency: textOf(w.Currency)}
		if w.Discount != nil && w.Discount.Coupon != nil && reference(w.Discount.ID) == discount.Discount {
			discounts[i].Name = textOf(w.Discount.Coupon.Name)
		}
	}
	return discounts
}

// finalizationError is Stripe's code for why the invoice could not be finalized;
// its sentence may hold links and is not kept.
func (w *wireInvoice) finalizationError() string {
	if w.LastFinalizationError == nil {
		return ""
	}
	return firstOf(w.LastFinalizationError.Code, w.LastFinalizationError.Type)
}

func (w *wireParties) billedTo() billing.Party {
	return billing.Party{
		Name: textOf(w.CustomerName), Email: textOf(w.CustomerEmail), Phone: textOf(w.CustomerPhone),
		Address: w.CustomerAddress.value(), TaxIDs: printedTaxIDs(w.CustomerTaxIDs),
	}
}

func (w *wireParties) seller() billing.Party {
	return billing.Party{
		Name: textOf(w.AccountName), Address: billing.Address{Country: textOf(w.AccountCountry)},
		TaxIDs: printedTaxIDs(w.AccountTaxIDs),
	}
}

func printedTaxIDs(wire []wirePartyTaxID) []billing.PartyTaxID {
	taxIDs := []billing.PartyTaxID{}
	for _, taxID := range wire {
		if taxID.Value != nil {
			taxIDs = append(taxIDs, billing.PartyTaxID{Type: textOf(taxID.Type), Value: *taxID.Value})
		}
	}
	return taxIDs
}
