// Package billing is the words of the product: what a subscriber has, owes and
// has paid, and the rules that need no input or output.
//
// Everything here is a plain value or a pure function over such values. Amounts
// are integers in minor units ([Money]), instants are Unix seconds ([Time]), and
// the statuses are Stripe's own words (API version 2023-10-16).
package billing
