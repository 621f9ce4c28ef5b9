import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  adviceOn,
  changedFields,
  draftFields,
  faultsIn,
  inCountry,
  rebased,
  valueIn,
  wholeForm,
  withValue,
} from './billingdraft'
import type { AddressField, AddressForm } from './addressform'
import type { BillingDraft } from '../api/types-information'

const base: BillingDraft = {
  name: 'Ada',
  phone: '',
  address: {
    line1: '1 Row',
    line2: '',
    city: 'Town',
    state: 'NY',
    postal_code: '10013',
    country: 'US',
  },
}

const field = (part: AddressField['part'], required: boolean, choices: string[] = []) => ({
  part,
  required,
  word: part,
  choices: choices.map((value) => ({ value, label: value })),
})

const states: AddressForm = {
  country: 'US',
  rows: [
    [field('line1', true)],
    [field('line2', false)],
    [field('city', true), field('state', true, ['NY', 'CA']), field('postal_code', true)],
  ],
  postalCode: /^\d{5}$/,
  postalExample: '95014',
}

const stateless: AddressForm = {
  country: 'DE',
  rows: [[field('line1', true)], [field('postal_code', true), field('city', true)]],
  postalCode: /^\d{5}$/,
  postalExample: '26133',
}

const anyDraft = (): fc.Arbitrary<BillingDraft> =>
  fc
    .tuple(...draftFields.map(() => fc.constantFrom('', 'a', 'b', 'c ')))
    .map((values) =>
      draftFields.reduce((made, name, index) => withValue(made, name, values[index] ?? ''), base),
    )

describe('a draft beside what the server has meanwhile', () => {
  test('follows where it was not touched, and keeps what was', () => {
    const draft = withValue(base, 'name', 'Ada & Co')
    const server = withValue(withValue(base, 'address.city', 'Bonn'), 'phone', '123')
    expect(rebased(base, draft, server)).toEqual({
      draft: withValue(server, 'name', 'Ada & Co'),
      taken: ['phone', 'address.city'],
      clashes: [],
    })
  })

  test('says where both changed the same, unless both wrote the same', () => {
    const draft = withValue(withValue(base, 'name', 'Mine'), 'phone', '1')
    const server = withValue(withValue(base, 'name', 'Theirs'), 'phone', '1')
    const { draft: next, clashes } = rebased(base, draft, server)
    expect(next.name).toBe('Mine')
    expect(clashes).toEqual([{ field: 'name', theirs: 'Theirs' }])
  })

  test('loses nothing, whatever was changed where', () => {
    fc.assert(
      fc.property(anyDraft(), anyDraft(), anyDraft(), (before, draft, server) => {
        const { draft: next, clashes } = rebased(before, draft, server)
        for (const name of draftFields) {
          const touched = valueIn(before, name).trim() !== valueIn(draft, name).trim()
          const wanted = touched ? draft : server
          expect(valueIn(next, name).trim()).toBe(valueIn(wanted, name).trim())
          const clash = clashes.some((one) => one.field === name)
          expect(clash && !touched).toBe(false)
        }
        expect(rebased(server, next, server).clashes).toEqual([])
      }),
    )
  })
})

describe('a draft', () => {
  test('is not changed by spaces around', () => {
    expect(changedFields(base, withValue(base, 'name', ' Ada '))).toEqual([])
  })

  test('needs what its country needs', () => {
    const draft = withValue(withValue(base, 'address.city', ' '), 'address.postal_code', '')
    expect(faultsIn(base, draft, states)).toEqual({
      'address.city': 'missing',
      'address.postal_code': 'missing',
    })
    expect(faultsIn(base, withValue(base, 'address.country', ''), null)).toEqual({
      'address.country': 'missing',
    })
    expect(faultsIn(base, withValue(base, 'name', ''), states)).toEqual({ name: 'missing' })
  })

  test('may be saved with what was lacking before and was not touched', () => {
    const poor = withValue(withValue(base, 'address.city', ''), 'name', '')
    expect(faultsIn(poor, withValue(poor, 'phone', '123456'), states)).toEqual({})
  })

  test('may do without any address', () => {
    const none = draftFields
      .filter((name) => name.startsWith('address.'))
      .reduce((made, name) => withValue(made, name, ''), base)
    expect(faultsIn(base, none, null)).toEqual({})
  })

  test('is advised on, and not kept from being saved', () => {
    const draft = withValue(withValue(base, 'address.postal_code', '1'), 'phone', 'call me')
    expect(adviceOn(draft, states)).toEqual({ 'address.postal_code': 'form', phone: 'form' })
    expect(faultsIn(base, draft, states)).toEqual({})
    expect(adviceOn(withValue(base, 'phone', '+49 228 1234'), states)).toEqual({})
  })
})

describe('an address', () => {
  test('that moves leaves behind what the other country has no place for', () => {
    expect(inCountry(base.address, stateless)).toEqual({
      ...base.address,
      state: '',
      country: 'DE',
    })
    expect(inCountry({ ...base.address, state: 'BY' }, states).state).toBe('')
    expect(inCountry(base.address, states)).toEqual(base.address)
  })

  test('shows what its country does not ask for, as nothing is saved unseen', () => {
    const rows = wholeForm(stateless, base.address).rows
    expect(rows.at(-1)).toMatchObject([{ part: 'state', required: false }])
    expect(wholeForm(stateless, { ...base.address, state: '' })).toBe(stateless)
  })
})
