package sandbox

import (
	"net/http"

	"billfold/backend/stripewire"
)

func listBalance(c *call) (any, error) {
	owner, err := c.customers.fetch(c.ids[0], "customer")
	if err != nil {
		return nil, err
	}
	return list(c, c.balances, func(o *balanceTransaction) bool { return o.Customer == owner.ID })
}

func getBalance(c *call) (any, error) {
	o, err := c.balances.fetch(c.ids[1], "transaction")
	if err == nil && o.Customer != c.ids[0] {
		return nil, stripewire.NoSuch(http.StatusNotFound, c.balances.kind, c.ids[1], "transaction")
	}
	return o, err
}

// createBalance changes a customer's balance by hand.
// Source: Stripe API reference, "Create a customer balance transaction".
func createBalance(c *call) (any, error) {
	owner, err := c.customers.fetch(c.ids[0], "customer")
	if err != nil {
		return nil, err
	}
	c.required("amount")
	amount, currency := c.signedAmount("amount"), c.currency("currency")
	if c.err == nil && owner.Currency != "" && string(owner.Currency) != currency {
		c.fail(stripewire.Invalid("", "currency", "The customer's balance is in "+string(owner.Currency)+" and cannot be changed in "+currency+"."))
	}
	var words nullableText
	var notes metadata
	c.setText(&words, "description")
	c.setMetadata(&notes)
	if c.err != nil {
		return nil, c.err
	}
	defer c.noting("customer.updated", owner)()
	owner.Currency = nullableText(currency)
	moved := c.moveBalance(owner, amount, "adjustment", "")
	moved.Description, moved.Metadata = words, notes
	return moved, nil
}

// signedAmount reads an amount in minor units that may be negative.
func (c *call) signedAmount(name string) int64 {
	amount := c.integer(name, 0)
	if amount > maxAmount || amount < -maxAmount {
		c.fail(stripewire.Invalid(stripewire.CodeParameterInvalidInteger, name, "Invalid amount: at most eight digits."))
	}
	return amount
}

// accountCurrency is what the vendors' accounts are kept in, all of them American.
const accountCurrency = "usd"

// openBalance is the balance that a customer is created with, in the currency of
// the account.
func (w *world) openBalance(owner *customer, amount int64) {
	if amount != 0 {
		owner.Currency = accountCurrency
		w.moveBalance(owner, amount, "initial", "")
	}
}

// moveBalance changes a customer's balance and writes it down. A negative
// balance is credit.
func (w *world) moveBalance(owner *customer, amount int64, kind, invoiceID string) *balanceTransaction {
	defer w.noting("customer.updated", owner)()
	owner.Balance += amount
	return w.balances.add(&balanceTransaction{
		ID: w.newID("cbtxn"), Object: "customer_balance_transaction", Amount: amount, Created: w.clock,
		Currency: string(owner.Currency), Customer: owner.ID, EndingBalance: owner.Balance,
		Invoice: nullableText(invoiceID), Type: kind,
	})
}
