package sandbox

import (
	"net/http"
	"strings"

	"billfold/backend/pattern"
	"billfold/backend/stripewire"
)

// taxIDForms are the types whose form is checked; others are taken as they are.
// Source: Stripe docs, "Customer tax IDs".
var taxIDForms = map[string]pattern.Pattern{
	"eu_vat":  pattern.Of(`^[A-Z]{2}[0-9A-Z+*]{2,12}$`),
	"gb_vat":  pattern.Of(`^GB([0-9]{9}|[0-9]{12})$`),
	"us_ein":  pattern.Of(`^[0-9]{2}-?[0-9]{7}$`),
	"au_abn":  pattern.Of(`^[0-9]{11}$`),
	"br_cnpj": pattern.Of(`^[0-9]{2}\.?[0-9]{3}\.?[0-9]{3}/?[0-9]{4}-?[0-9]{2}$`),
}

// verifiedTypes are the types Stripe looks up in a government's register.
// Source: Stripe docs, "Customer tax IDs", Validation.
var verifiedTypes = map[string]bool{"eu_vat": true, "gb_vat": true, "au_abn": true}

// verificationTakes is how long, in seconds, a tax id stays pending.
const verificationTakes = 60

func (c *call) readTaxID(kind, value, param string) *taxID {
	form, checked := taxIDForms[kind]
	switch {
	case kind == "":
		c.fail(stripewire.MissingParam("type"))
	case value == "":
		c.fail(stripewire.MissingParam("value"))
	case !taxIDTypes[kind]:
		c.fail(stripewire.Invalid("", param, "Invalid tax id type: "+kind))
	case checked && !form.MatchString(value):
		c.fail(stripewire.Invalid(stripewire.CodeTaxIDInvalid, param, "Invalid value for "+kind+"."))
	}
	return &taxID{Object: "tax_id", Created: c.clock, Type: kind, Value: value, Country: nullableText(taxCountry(kind, value))}
}

// taxCountry is the country a tax id is of: the first part of the type's name,
// and for the European Union the first letters of the number. Greece is EL there.
func taxCountry(kind, value string) string {
	country, _, _ := strings.Cut(kind, "_")
	if country == "eu" {
		if len(value) < 2 || kind != "eu_vat" {
			return ""
		}
		country = value[:2]
	}
	if country = strings.ToUpper(country); country == "EL" {
		return "GR"
	}
	return country
}

func (w *world) addTaxID(owner *customer, o *taxID) {
	o.ID, o.Customer = w.newID("txi"), owner.ID
	w.taxIDs.add(o)
	if !verifiedTypes[o.Type] {
		w.emit("customer.tax_id.created", o)
		return
	}
	o.Verification = &taxVerification{Status: "pending"}
	w.emit("customer.tax_id.created", o)
	w.plan(w.clock+verificationTakes, func() {
		if w.taxIDs.find(o.ID) == o {
			defer w.noting("customer.tax_id.updated", o)()
		}
		o.Verification = verdict(o, owner)
	})
}

// verdict follows Stripe's magic test numbers; every other number is found.
// Source: Stripe docs, "Customer tax IDs", Testing.
func verdict(o *taxID, owner *customer) *taxVerification {
	switch {
	case strings.Contains(o.Value, "111111111"):
		return &taxVerification{Status: "unverified"}
	case strings.Contains(o.Value, "222222222"):
		return &taxVerification{Status: "pending"}
	}
	return &taxVerification{Status: "verified", VerifiedName: owner.Name}
}

func createTaxID(c *call) (any, error) {
	owner, err := c.customers.fetch(c.ids[0], "customer")
	if err != nil {
		return nil, err
	}
	o := c.readTaxID(c.required("type"), c.required("value"), "value")
	if c.err != nil {
		return nil, c.err
	}
	c.addTaxID(owner, o)
	return o, nil
}

func listTaxIDs(c *call) (any, error) {
	owner, err := c.customers.fetch(c.ids[0], "customer")
	if err != nil {
		return nil, err
	}
	return list(c, c.taxIDs, func(o *taxID) bool { return o.Customer == owner.ID })
}

func getTaxID(c *call) (any, error) {
	o, err := c.taxIDs.fetch(c.ids[1], "id")
	if err == nil && o.Customer != c.ids[0] {
		return nil, stripewire.NoSuch(http.StatusNotFound, c.taxIDs.kind, c.ids[1], "id")
	}
	return o, err
}

func deleteTaxID(c *call) (any, error) {
	o, err := getTaxID(c)
	if err != nil {
		return nil, err
	}
	c.emit("customer.tax_id.deleted", o)
	c.taxIDs.remove(o.(*taxID).ID)
	return deletedObject{ID: c.ids[1], Object: "tax_id", Deleted: true}, nil
}

// taxIDTypes are the types of Stripe API version 2023-10-16.
var taxIDTypes = wordSet(`
ad_nrt ae_trn ar_cuit au_abn au_arn bg_uic bo_tin br_cnpj br_cpf ca_bn ca_gst_hst
ca_pst_bc ca_pst_mb ca_pst_sk ca_qst ch_vat cl_tin cn_tin co_nit cr_tin do_rcn ec_ruc
eg_tin es_cif eu_oss_vat eu_vat gb_vat ge_vat hk_br hu_tin id_npwp il_vat in_gst is_vat
jp_cn jp_rn jp_trn ke_pin kr_brn li_uid mx_rfc my_frp my_itn my_sst no_vat nz_gst pe_ruc
ph_tin ro_tin rs_pib ru_inn ru_kpp sa_vat sg_gst sg_uen si_tin sv_nit th_vat tr_tin tw_vat
ua_vat us_ein uy_ruc ve_rif vn_tin za_vat
`)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(words) {
		set[word] = true
	}
	return set
}
