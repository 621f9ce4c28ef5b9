package billing

// MissingKind says what the next invoice will lack.
type MissingKind string

// What can be missing. Not everybody needs a tax id: that one has none is told,
// and whether it matters is the subscriber's to say.
const (
	MissingName              MissingKind = "name"
	MissingAddress           MissingKind = "address"
	MissingAddressParts      MissingKind = "address_incomplete"
	MissingTaxID             MissingKind = "tax_id"
	MissingTaxIDVerification MissingKind = "tax_id_unverified"
	MissingTaxIDResult       MissingKind = "tax_id_pending"
)

// Missing is one thing that the next invoice will lack unless it is mended before.
type Missing struct {
	What MissingKind `json:"what"`
	// At is when that invoice is finalized; unknown when its vendor decides.
	At Time `json:"at"`
	// TaxID is the one in question, else nil.
	TaxID *TaxID `json:"tax_id"`
}

// Preflight lists what the next invoice will lack. It is empty when no invoice is
// expected.
func (a Account) Preflight() []Missing {
	first := a.FirstInvoiceToShow()
	if first == nil || a.Customer.Deleted {
		return nil
	}
	var missing []Missing
	add := func(what MissingKind, taxID *TaxID) {
		missing = append(missing, Missing{What: what, At: first.At, TaxID: taxID})
	}
	if a.Customer.Name == "" {
		add(MissingName, nil)
	}
	address := a.Customer.Address
	if address.Empty() {
		add(MissingAddress, nil)
	} else if !address.deliverable() {
		add(MissingAddressParts, nil)
	}
	if len(a.TaxIDs) == 0 {
		add(MissingTaxID, nil)
	}
	for i := range a.TaxIDs {
		switch a.TaxIDs[i].Verification {
		case "unverified":
			add(MissingTaxIDVerification, &a.TaxIDs[i])
		case "pending":
			add(MissingTaxIDResult, &a.TaxIDs[i])
		}
	}
	return missing
}

// cityless are the countries whose addresses name no city: the street, the block or
// the prefecture says where it is.
// Source: Google's address data (chromium-i18n.appspot.com), formats without %C.
var cityless = map[string]bool{"AE": true, "GI": true, "JP": true, "KY": true, "MO": true, "NR": true, "SG": true}

// deliverable tells whether the address has what an invoice's must have.
func (a Address) deliverable() bool {
	return a.Line1 != "" && a.Country != "" && (a.City != "" || cityless[a.Country])
}

// LackingInvoice is an invoice that does not show what is known of the payer today.
type LackingInvoice struct {
	ID     string `json:"id"`
	Number string `json:"number"`
	Date   Time   `json:"date"`
	// Fields are name, address and tax_ids.
	Fields []string `json:"fields"`
}

// Lacking lists, of the invoices given and in their order, those that are final
// and do not show the draft and the tax ids. What the draft leaves empty, no
// invoice lacks; a void invoice needs no correction.
func Lacking(invoices []Invoice, draft BillingDraft, taxIDs []TaxID) []LackingInvoice {
	var lacking []LackingInvoice
	for _, invoice := range invoices {
		if invoice.Status == InvoiceDraft || invoice.Status == InvoiceVoid {
			continue
		}
		var fields []string
		if draft.Name != "" && invoice.BilledTo.Name != draft.Name {
			fields = append(fields, "name")
		}
		if !draft.Address.Empty() && invoice.BilledTo.Address != draft.Address {
			fields = append(fields, "address")
		}
		if !invoice.BilledTo.shows(taxIDs) {
			fields = append(fields, "tax_ids")
		}
		if len(fields) > 0 {
			lacking = append(lacking, LackingInvoice{ID: invoice.ID, Number: invoice.Number, Date: invoice.DocumentDate(), Fields: fields})
		}
	}
	return lacking
}

// shows tells whether all of the tax ids are printed on the invoice.
func (p Party) shows(taxIDs []TaxID) bool {
	for _, taxID := range taxIDs {
		found := false
		for _, printed := range p.TaxIDs {
			found = found || printed.Type == taxID.Type && printed.Value == taxID.Value
		}
		if !found {
			return false
		}
	}
	return true
}
