/**
 * Whether a tax number has the form that its country gives such numbers, by stdnum.
 * What is found here is advice: only the server and the register it asks decide.
 */
import { stdnum } from 'stdnum'
import type { Validator } from 'stdnum'

/** Right; not of this form; of this form, with a digit or letter that does not fit; not known here. */
export type TaxIDVerdict = 'right' | 'form' | 'digit' | 'unknown'

/** The VAT number of each member state of the European Union, and of Northern Ireland. */
const unionVAT: Readonly<Record<string, Validator | undefined>> = {
  AT: stdnum.AT?.uid,
  BE: stdnum.BE?.vat,
  BG: stdnum.BG?.vat,
  CY: stdnum.CY?.vat,
  CZ: stdnum.CZ?.dic,
  DE: stdnum.DE?.vat,
  DK: stdnum.DK?.cvr,
  EE: stdnum.EE?.kmkr,
  EL: stdnum.GR?.vat,
  ES: stdnum.ES?.nif,
  FI: stdnum.FI?.alv,
  FR: stdnum.FR?.tva,
  HR: stdnum.HR?.oib,
  HU: stdnum.HU?.anum,
  IE: stdnum.IE?.vat,
  IT: stdnum.IT?.iva,
  LT: stdnum.LT?.pvm,
  LU: stdnum.LU?.tva,
  LV: stdnum.LV?.pvn,
  MT: stdnum.MT?.vat,
  NL: stdnum.NL?.btw,
  PL: stdnum.PL?.nip,
  PT: stdnum.PT?.nif,
  RO: stdnum.RO?.cui,
  SE: stdnum.SE?.vat,
  SI: stdnum.SI?.ddv,
  SK: stdnum.SK?.dph,
  XI: stdnum.GB?.vat,
}

/** Each of the other types that stdnum knows; one of several forms is enough. */
const types: Readonly<Record<string, readonly (Validator | undefined)[]>> = {
  ad_nrt: [stdnum.AD?.nrt],
  ar_cuit: [stdnum.AR?.cuit],
  au_abn: [stdnum.AU?.abn],
  br_cnpj: [stdnum.BR?.cnpj],
  br_cpf: [stdnum.BR?.cpf],
  ca_bn: [stdnum.CA?.bn],
  ca_gst_hst: [stdnum.CA?.gst],
  ca_qst: [stdnum.CA?.qst],
  ch_vat: [stdnum.CH?.vat],
  cl_tin: [stdnum.CL?.rut],
  cn_tin: [stdnum.CN?.uscc],
  co_nit: [stdnum.CO?.nit],
  cr_tin: [stdnum.CR?.cpj, stdnum.CR?.cpf],
  do_rcn: [stdnum.DO?.rnc, stdnum.DO?.cedula],
  ec_ruc: [stdnum.EC?.ruc],
  eg_tin: [stdnum.EG?.tn],
  es_cif: [stdnum.ES?.nif],
  gb_vat: [stdnum.GB?.vat],
  id_npwp: [stdnum.ID?.npwp],
  il_vat: [stdnum.IL?.idnr, stdnum.IL?.hp],
  in_gst: [stdnum.IN?.gstin],
  is_vat: [stdnum.IS?.vsk],
  jp_cn: [stdnum.JP?.cn],
  jp_trn: [stdnum.JP?.cn],
  ke_pin: [stdnum.KE?.pin],
  kr_brn: [stdnum.KR?.brn],
  li_uid: [stdnum.CH?.uid],
  mx_rfc: [stdnum.MX?.rfc],
  no_vat: [stdnum.NO?.mva],
  nz_gst: [stdnum.NZ?.ird],
  pe_ruc: [stdnum.PE?.ruc],
  ro_tin: [stdnum.RO?.cnp, stdnum.RO?.cui],
  rs_pib: [stdnum.RS?.pib],
  ru_inn: [stdnum.RU?.inn],
  sg_uen: [stdnum.SG?.uen],
  si_tin: [stdnum.SI?.ddv],
  sv_nit: [stdnum.SV?.nit],
  th_vat: [stdnum.TH?.tin],
  tr_tin: [stdnum.TR?.vkn],
  tw_vat: [stdnum.TW?.ubn],
  us_ein: [stdnum.US?.ein],
  uy_ruc: [stdnum.UY?.rut],
  ve_rif: [stdnum.VE?.rif],
  vn_tin: [stdnum.VN?.mst],
  za_vat: [stdnum.ZA?.vat],
}

/** Says how a number looks, of the type and as the country of the type writes them. */
export function taxIDVerdict(type: string, country: string, value: string): TaxIDVerdict {
  const number = tidyTaxID(type, country, value)
  if (type !== 'eu_vat') return verdictOf(types[type] ?? [], withoutMark(type, number))
  const prefix = number.slice(0, 2)
  if (country !== '' && prefix !== vatPrefix(country)) return 'form'
  return verdictOf([unionVAT[prefix]], prefix === 'XI' ? number.slice(2) : number)
}

/** What stdnum says of a length or form. By its words: the names of classes go when code is made small. */
const malformed = /length|format/i

function verdictOf(validators: readonly (Validator | undefined)[], number: string): TaxIDVerdict {
  const known = validators.filter((validator) => validator !== undefined)
  if (known.length === 0) return 'unknown'
  const plain = number.replace(/[\s.]/g, '')
  const found = known.map((validator) => validator.validate(plain))
  if (found.some(({ isValid }) => isValid)) return 'right'
  return found.some(({ error }) => error && !malformed.test(error.message)) ? 'digit' : 'form'
}

/** Qualified invoice issuers in Japan have a T before their corporate number. */
const withoutMark = (type: string, number: string) =>
  type === 'jp_trn' ? number.replace(/^T/, '') : number

/** The letters that a country's VAT numbers begin with: Greece and Northern Ireland have others. */
export const vatPrefix = (country: string): string => ({ GR: 'EL', GB: 'XI' })[country] ?? country

/** The types whose numbers have a space of their own. */
const spaced: readonly string[] = ['ch_vat', 'my_itn']

/**
 * The number as it is sent: without the spaces that make it legible. A VAT number of
 * the Union goes without dots too, in capitals and with its country in front, which
 * people leave out.
 */
export function tidyTaxID(type: string, country: string, value: string): string {
  if (spaced.includes(type)) return value.trim()
  if (type !== 'eu_vat') return value.replace(/\s/g, '')
  const plain = value.replace(/[\s.\-/]/g, '').toUpperCase()
  const prefix = vatPrefix(country)
  const begins = /^[A-Z]{2}/.test(plain) && unionVAT[plain.slice(0, 2)] !== undefined
  if (plain === '' || prefix === '' || begins) return plain
  return unionVAT[prefix] ? prefix + plain : plain
}
