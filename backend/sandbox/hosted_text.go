package sandbox

import (
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// moneyText writes an amount for a person: with its sign in front and its
// thousands apart.
func moneyText(amount int64, currency string) string {
	minus := ""
	if amount < 0 {
		minus, amount = "−", -amount
	}
	text := moneyInWords(amount, currency)
	start := strings.IndexAny(text, "0123456789")
	end := strings.Index(text, ".")
	if end < 0 {
		end = len(text)
	}
	for at := end - 3; at > start; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return minus + text
}

// dayText is a date of a document, in UTC as everything on an invoice.
func dayText(at int64) string {
	if at == 0 {
		return ""
	}
	return time.Unix(at, 0).UTC().Format("2 January 2006")
}

func periodText(p period) string {
	if p.Start == p.End {
		return dayText(p.Start)
	}
	return time.Unix(p.Start, 0).UTC().Format("2 Jan 2006") + " – " + time.Unix(p.End, 0).UTC().Format("2 Jan 2006")
}

// paceText is how often a price is billed.
func paceText(of *recurring) string {
	if of.IntervalCount > 1 {
		return "every " + strconv.FormatInt(of.IntervalCount, 10) + " " + of.Interval + "s"
	}
	return "per " + of.Interval
}

func priceText(of *price, quantity int64) string {
	text := moneyText(of.UnitAmount*quantity, of.Currency)
	if of.Recurring != nil {
		text += " " + paceText(of.Recurring)
	}
	return text
}

var brandNames = map[string]string{
	"visa": "Visa", "mastercard": "Mastercard", "amex": "American Express", "discover": "Discover", "diners": "Diners Club",
	"jcb": "JCB", "unionpay": "UnionPay",
}

// humanized makes words of a name such as us_bank_account.
func humanized(name string) string {
	text := strings.ReplaceAll(name, "_", " ")
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// methodName is a payment method in words; what is no card is shown by its kind.
func methodName(m *paymentMethod) string {
	if m.Card == nil {
		return humanized(m.Type)
	}
	return cardName(m.Card.Brand, m.Card.Last4)
}

func cardName(brand, last4 string) string {
	name, known := brandNames[brand]
	if !known {
		name = humanized(brand)
	}
	return name + " ending in " + last4
}

// taxIDName is the type of a tax id in words: "EU VAT", "US EIN".
func taxIDName(kind string) string { return strings.ToUpper(strings.ReplaceAll(kind, "_", " ")) }

// named is a code and its name, for a list to choose from.
type namedCode struct{ Code, Name string }

func taxIDNames() []namedCode {
	var all []namedCode
	for kind := range taxIDTypes {
		all = append(all, namedCode{kind, taxIDName(kind)})
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Name < all[j].Name })
	return all
}

// Source: ISO 3166-1, the countries a card or a customer can be of at Stripe.
const countryCodes = `AD AE AF AG AI AL AM AO AQ AR AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
CA CD CF CG CH CI CK CL CM CN CO CR CV CW CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FO FR GA GB GD GE GF GG GH GI GL GM GN
GP GQ GR GS GT GU GW GY HK HN HR HT HU ID IE IL IM IN IO IQ IS IT JE JM JO JP KE KG KH KI KM KN KR KW KY KZ LA LB LC LI LK LR LS LT LU
LV LY MA MC MD ME MF MG MK ML MM MN MO MQ MR MS MT MU MV MW MX MY MZ NA NC NE NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR
PS PT PY QA RE RO RS RU RW SA SB SC SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SZ TA TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ
UA UG US UY UZ VA VC VE VG VN VU WF WS XK YE YT ZA ZM ZW`

// countries is every country by its English name.
var countries = sync.OnceValue(func() []namedCode {
	names := display.English.Regions()
	var all []namedCode
	for _, code := range strings.Fields(countryCodes) {
		if region, err := language.ParseRegion(code); err == nil {
			all = append(all, namedCode{code, names.Name(region)})
		}
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Name < all[j].Name })
	return all
})

func knownCountry(code string) bool {
	for _, c := range countries() {
		if c.Code == code {
			return true
		}
	}
	return false
}

func countryName(code string) string {
	for _, c := range countries() {
		if c.Code == code {
			return c.Name
		}
	}
	return code
}

// addressLines is an address as it is written on a letter.
func addressLines(a *address) []string {
	if a == nil {
		return nil
	}
	town := strings.TrimSpace(string(a.City))
	region := strings.TrimSpace(string(a.State) + " " + string(a.PostalCode))
	if town != "" && region != "" {
		town += ", "
	}
	var lines []string
	for _, line := range []string{string(a.Line1), string(a.Line2), town + region, countryName(string(a.Country))} {
		if line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// standing is a status in words, and the mood it is shown in: good, warn, bad or
// calm.
type standing struct{ Text, Mood string }

func invoiceStanding(bill *invoice) standing {
	switch bill.Status {
	case "paid":
		if bill.PaidOutOfBand {
			return standing{"Marked as paid", "good"}
		}
		return standing{"Paid", "good"}
	case "void":
		return standing{"Void", "calm"}
	case "uncollectible":
		return standing{"Unpaid", "bad"}
	case "draft":
		return standing{"Draft", "calm"}
	}
	if bill.AttemptCount > 0 {
		return standing{"Payment failed", "bad"}
	}
	return standing{"Open", "warn"}
}

func subscriptionStanding(s *subscription) standing {
	switch {
	case s.Status == "past_due":
		return standing{"Past due", "bad"}
	case s.Status == "unpaid":
		return standing{"Unpaid", "bad"}
	case s.Status == "incomplete":
		return standing{"First payment not finished", "warn"}
	case s.CancelAt != 0 || s.CancelAtPeriodEnd:
		return standing{"Ending", "warn"}
	case s.Status == "trialing":
		return standing{"Trial", "calm"}
	case s.Status == "paused":
		return standing{"Paused", "warn"}
	}
	return standing{"Active", "good"}
}

func expiryText(month, year int) string {
	return time.Date(year, time.Month(month), 1, 0, 0, 0, 0, time.UTC).Format("01 / 2006")
}
