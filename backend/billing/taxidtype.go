package billing

import (
	"slices"
	"strings"
)

// TaxIDType is a kind of tax number that a country's payers have.
type TaxIDType struct {
	Type string `json:"type"`
	// Country is ISO 3166-1 alpha-2. A type of the European Union has a row for each
	// member state; "" is for a type of no single country.
	Country string `json:"country"`
	// Example shows the form, with a number of nobody.
	Example string `json:"example"`
	// Verified tells that it is looked up in a government's register.
	Verified bool `json:"verified"`
}

// TaxIDTypes lists the types of API version 2023-10-16 by country, those of no
// single country last.
// Source: Stripe docs, "Customer tax IDs", Supported tax ID types.
func TaxIDTypes() []TaxIDType {
	var all []TaxIDType
	for line := range strings.Lines(taxIDTable) {
		kind, example, found := strings.Cut(strings.TrimSpace(line), " ")
		if found {
			all = append(all, TaxIDType{Type: kind, Country: countryOf(kind), Example: example, Verified: verified[kind]})
		}
	}
	for _, example := range strings.Fields(euVATExamples) {
		country := example[:2]
		if country == "EL" { // Greece, in the language of VAT
			country = "GR"
		}
		if country == "XI" { // Northern Ireland
			country = "GB"
		}
		all = append(all, TaxIDType{Type: "eu_vat", Country: country, Example: example, Verified: true})
	}
	slices.SortStableFunc(all, func(a, b TaxIDType) int {
		if (a.Country == "") != (b.Country == "") {
			return strings.Compare(b.Country, a.Country)
		}
		return strings.Compare(a.Country, b.Country)
	})
	return all
}

func countryOf(kind string) string {
	country, _, _ := strings.Cut(kind, "_")
	if country == "eu" {
		return ""
	}
	return strings.ToUpper(country)
}

// verified are the types that Stripe looks up.
// Source: Stripe docs, "Customer tax IDs", Validation.
var verified = map[string]bool{"eu_vat": true, "gb_vat": true, "au_abn": true}

const euVATExamples = `ATU12345678 BE0123456789 BG0123456789 CY12345678Z CZ1234567890 DE123456789 DK12345678 EE123456789
EL123456789 ESA1234567Z FI12345678 FRAB123456789 HR12345678912 HU12345678 IE1234567AB IT12345678912 LT123456789123
LU12345678 LV12345678912 MT12345678 NL123456789B12 PL1234567890 PT123456789 RO1234567891 SE123456789123 SI12345678
SK1234567891 XI123456789`

const taxIDTable = `
ad_nrt A-123456-Z
ae_trn 123456789012345
ar_cuit 12-3456789-01
au_abn 12345678912
au_arn 123456789123
bg_uic 123456789
bo_tin 123456789
br_cnpj 01.234.456/5432-10
br_cpf 123.456.789-87
ca_bn 123456789
ca_gst_hst 123456789RT0002
ca_pst_bc PST-1234-5678
ca_pst_mb 123456-7
ca_pst_sk 1234567
ca_qst 1234567890TQ1234
ch_vat CHE-123.456.789 MWST
cl_tin 12.345.678-K
cn_tin 123456789012345678
co_nit 123.456.789-0
cr_tin 1-234-567890
do_rcn 123-4567890-1
ec_ruc 1234567890001
eg_tin 123456789
es_cif A12345678
eu_oss_vat EU123456789
gb_vat GB123456789
ge_vat 123456789
hk_br 12345678
hu_tin 12345678-1-23
id_npwp 12.345.678.9-012.345
il_vat 000012345
in_gst 12ABCDE3456FGZH
is_vat 123456
jp_cn 1234567891234
jp_rn 12345
jp_trn T1234567891234
ke_pin P000111111A
kr_brn 123-45-67890
li_uid CHE123456789
mx_rfc ABC010203AB9
my_frp 12345678
my_itn C 1234567890
my_sst A12-3456-78912345
no_vat 123456789MVA
nz_gst 123456789
pe_ruc 12345678901
ph_tin 123456789012
ro_tin 1234567890123
rs_pib 123456789
ru_inn 1234567891
ru_kpp 123456789
sa_vat 123456789012345
sg_gst M12345678X
sg_uen 123456789F
si_tin 12345678
sv_nit 1234-567890-123-4
th_vat 1234567891234
tr_tin 0123456789
tw_vat 12345678
ua_vat 123456789
us_ein 12-3456789
uy_ruc 123456789012
ve_rif A-12345678-9
vn_tin 1234567890
za_vat 4123456789
`
