/** The keys that work everywhere in the window. */

export type Command =
  | 'sync'
  | 'search'
  | 'overview'
  | 'plan'
  | 'methods'
  | 'invoices'
  | 'payments'
  | 'spending'
  | 'billing'
  | 'settings'
  | 'help'
  | 'back'

const single: Readonly<Record<string, Command>> = {
  r: 'sync',
  F5: 'sync',
  '/': 'search',
  '?': 'help',
  Escape: 'back',
}

const afterG: Readonly<Record<string, Command>> = {
  o: 'overview',
  c: 'plan',
  m: 'methods',
  i: 'invoices',
  p: 'payments',
  s: 'spending',
  b: 'billing',
  t: 'settings',
}

/** Gives a handler of key presses that runs the command a key, or G and a key, stands for. */
export function keyCommand(
  commands: Readonly<Record<Command, () => void>>,
): (event: KeyboardEvent) => void {
  let waitsForSecond = false
  return (event) => {
    const second = waitsForSecond
    waitsForSecond = false
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key !== 'F5' && takesKeys(event.target)) return
    if (event.key === 'g' && !event.repeat) {
      waitsForSecond = true
      return
    }
    const command = (second ? afterG[event.key] : undefined) ?? single[event.key]
    if (!command) return
    event.preventDefault()
    if (!event.repeat) commands[command]()
  }
}

/** Fields, lists of choices, menus and dialogs use the keys themselves. */
function takesKeys(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest(
      'input:not([type="radio"]), select, textarea, [role="menu"], [role="dialog"]',
    ) !== null
  )
}
