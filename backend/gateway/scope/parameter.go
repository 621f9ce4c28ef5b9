package scope

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"billfold/backend/pattern"
	"billfold/backend/stripewire"
)

// reader reads the value of a parameter as its type and gives it as it is to be
// written. What has to be proven first it adds to the call.
type reader func(c *Call, name, value string) (string, error)

// readers are the types of the table of rules.
var readers = map[string]reader{
	"self": readSelf,
	"limit": func(_ *Call, name, value string) (string, error) {
		return integer(name, value, 1, stripewire.MaxPage)
	},
	"time":                func(_ *Call, name, value string) (string, error) { return integer(name, value, 0, 1<<40) },
	"quantity":            func(_ *Call, name, value string) (string, error) { return integer(name, value, 1, 999_999) },
	"cursor":              readCursor,
	"subscription":        ownedParameter("subscription"),
	"invoice":             ownedParameter("invoice"),
	"payment_intent":      ownedParameter("payment_intent"),
	"method_or_none":      readMethodOrNone,
	"parent":              readParent,
	"item":                readItem,
	"price":               matching(pattern.Of(`^[A-Za-z0-9_.-]{1,128}$`)),
	"configuration":       readConfiguration,
	"return":              readReturn,
	"flow":                readFlow,
	"text":                func(_ *Call, name, value string) (string, error) { return text(name, value, 255) },
	"phone":               func(_ *Call, name, value string) (string, error) { return text(name, value, 20) },
	"tax_value":           func(_ *Call, name, value string) (string, error) { return text(name, value, 64) },
	"none":                matching(pattern.Of(`^$`)),
	"country":             matching(pattern.Of(`^([A-Z]{2})?$`)),
	"language":            matching(pattern.Of(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}$`)),
	"invoice_status":      oneOf("draft open paid uncollectible void"),
	"subscription_status": oneOf("active all canceled ended incomplete incomplete_expired past_due paused trialing unpaid"),
	"ending":              oneOf("portal_homepage redirect"),
	"word":                oneOf(methodTypes),
	"locale":              oneOf(portalLocales),
	"tax_type":            oneOf(taxIDTypes),
}

func invalid(name, value string) error {
	if len(value) > 64 || strings.ContainsFunc(value, unicode.IsControl) {
		value = "the value given"
	}
	return stripewire.Invalid("", name, "Invalid "+name+": "+value+" is not accepted here.")
}

func integer(name, value string, least, most int64) (string, error) {
	number, err := strconv.ParseInt(value, 10, 64)
	if err != nil || number < least || number > most {
		return "", stripewire.Invalid(stripewire.CodeParameterInvalidInteger, name,
			"Invalid integer: "+name+" must be between "+strconv.FormatInt(least, 10)+" and "+strconv.FormatInt(most, 10)+".")
	}
	return strconv.FormatInt(number, 10), nil
}

// text takes what a person may write into a field; "" clears it.
func text(name, value string, most int) (string, error) {
	if utf8.RuneCountInString(value) > most {
		return "", stripewire.Invalid("", name, "Invalid "+name+": at most "+strconv.Itoa(most)+" characters.")
	}
	if strings.ContainsFunc(value, unicode.IsControl) {
		return "", stripewire.Invalid("", name, "Invalid "+name+": control characters are not accepted.")
	}
	return value, nil
}

func oneOf(words string) reader {
	set := wordSet(words)
	return func(_ *Call, name, value string) (string, error) {
		if !set[value] {
			return "", invalid(name, value)
		}
		return value, nil
	}
}

func matching(form pattern.Pattern) reader {
	return func(_ *Call, name, value string) (string, error) {
		if !form.MatchString(value) {
			return "", invalid(name, value)
		}
		return value, nil
	}
}

// readSelf takes no customer but this one. It is written first in any case.
func readSelf(c *Call, name, value string) (string, error) {
	if value != c.customer {
		return "", stripewire.NoSuch(404, "customer", value, name)
	}
	return "", nil
}

func readConfiguration(c *Call, name, value string) (string, error) {
	if value != c.scope.settings.PortalConfiguration || value == "" {
		return "", stripewire.NoSuch(400, "billing_portal.configuration", value, name)
	}
	return "", nil
}

func readReturn(c *Call, name, value string) (string, error) {
	address := c.scope.mayReturn(value)
	if address == "" {
		return "", stripewire.Invalid(stripewire.CodeURLInvalid, name,
			"Not a valid URL: it must be the gateway's return page, or an http address of this computer with a port.")
	}
	return address, nil
}

func readFlow(c *Call, name, value string) (string, error) {
	if !c.scope.flows[value] {
		return "", invalid(name, value)
	}
	return value, nil
}

// Source of the three lists: Stripe's OpenAPI description of 2023-10-16.
const (
	methodTypes = `acss_debit affirm afterpay_clearpay alipay au_becs_debit bacs_debit bancontact blik boleto card cashapp
		customer_balance eps fpx giropay grabpay ideal klarna konbini link oxxo p24 paynow paypal pix promptpay revolut_pay
		sepa_debit sofort us_bank_account wechat_pay zip`
	portalLocales = `auto bg cs da de el en en-AU en-CA en-GB en-IE en-IN en-NZ en-SG es es-419 et fi fil fr fr-CA hr hu id it ja
		ko lt lv ms mt nb nl pl pt pt-BR ro ru sk sl sv th tr vi zh zh-HK zh-TW`
	taxIDTypes = `ad_nrt ae_trn ar_cuit au_abn au_arn bg_uic bo_tin br_cnpj br_cpf ca_bn ca_gst_hst ca_pst_bc ca_pst_mb ca_pst_sk
		ca_qst ch_vat cl_tin cn_tin co_nit cr_tin do_rcn ec_ruc eg_tin es_cif eu_oss_vat eu_vat gb_vat ge_vat hk_br hu_tin
		id_npwp il_vat in_gst is_vat jp_cn jp_rn jp_trn ke_pin kr_brn li_uid mx_rfc my_frp my_itn my_sst no_vat nz_gst pe_ruc
		ph_tin ro_tin rs_pib ru_inn ru_kpp sa_vat sg_gst sg_uen si_tin sv_nit th_vat tr_tin tw_vat ua_vat us_ein uy_ruc ve_rif
		vn_tin za_vat`
)
