/** As much of the editor's API as the extension uses, with a record of what it asked for. */

export enum UIKind {
  Desktop = 1,
  Web = 2,
}

export enum ExtensionKind {
  UI = 1,
  Workspace = 2,
}

export enum StatusBarAlignment {
  Left = 1,
  Right = 2,
}

export class ThemeColor {
  constructor(readonly id: string) {}
}

export class Uri {
  private constructor(private readonly text: string) {}
  static parse(text: string): Uri {
    return new Uri(text)
  }
  toString(): string {
    return this.text
  }
}

export class EventEmitter<T> {
  readonly #listeners = new Set<(value: T) => void>()
  readonly event = (listener: (value: T) => void): { dispose: () => void } => {
    this.#listeners.add(listener)
    return { dispose: () => this.#listeners.delete(listener) }
  }
  fire(value: T): void {
    for (const listener of this.#listeners) listener(value)
  }
  dispose(): void {
    this.#listeners.clear()
  }
}

export interface Message {
  kind: 'information' | 'warning' | 'error'
  text: string
  buttons: string[]
  answer: (button: string | undefined) => void
}

/** A status bar item that tells whether it is shown. */
export class Item {
  name = ''
  text = ''
  tooltip = ''
  command = ''
  backgroundColor: ThemeColor | undefined
  accessibilityInformation: { label: string; role?: string } | undefined
  shown = false
  show(): void {
    this.shown = true
  }
  hide(): void {
    this.shown = false
  }
  dispose(): void {
    this.shown = false
  }
}

interface Setting {
  globalValue?: unknown
  workspaceValue?: unknown
  defaultValue?: unknown
}

/** What happened in the editor, and how it is to behave. */
export let editor = structure()

function structure() {
  return {
    messages: [] as Message[],
    opened: [] as string[],
    asked: [] as string[],
    executed: [] as unknown[][],
    items: [] as Item[],
    copied: '',
    /** What the system does with an address. */
    opens: (() => true) as (address: string) => boolean,
    /** How an address of the extension's computer is reached from the person's. */
    reach: ((address) => address) as (address: string) => string,
    settings: {} as Record<string, Setting>,
    commands: new Map<string, (...args: unknown[]) => unknown>(),
    providers: new Map<string, unknown>(),
    windowState: new EventEmitter<{ focused: boolean }>(),
    configuration: new EventEmitter<{ affectsConfiguration: (name: string) => boolean }>(),
  }
}

/** A new editor on the person's own computer. */
export function anew(): typeof editor {
  editor = structure()
  Object.assign(env, { uiKind: UIKind.Desktop, remoteName: undefined, language: 'en' })
  window.state.focused = true
  return editor
}

function message(kind: Message['kind']) {
  return (text: string, ...buttons: string[]): Promise<string | undefined> =>
    new Promise((answer) => editor.messages.push({ kind, text, buttons, answer }))
}

export const window = {
  state: { focused: true },
  onDidChangeWindowState: (listener: (state: { focused: boolean }) => void) =>
    editor.windowState.event(listener),
  showInformationMessage: message('information'),
  showWarningMessage: message('warning'),
  showErrorMessage: message('error'),
  setStatusBarMessage: () => ({ dispose: () => {} }),
  createStatusBarItem: () => {
    const item = new Item()
    editor.items.push(item)
    return item
  },
}

export const env = {
  uiKind: UIKind.Desktop,
  remoteName: undefined as string | undefined,
  language: 'en',
  clipboard: {
    writeText: async (text: string) => {
      editor.copied = text
    },
  },
  asExternalUri: async (uri: Uri) => {
    editor.asked.push(uri.toString())
    return Uri.parse(editor.reach(uri.toString()))
  },
  openExternal: async (uri: Uri) => {
    editor.opened.push(uri.toString())
    return editor.opens(uri.toString())
  },
}

export const workspace = {
  getConfiguration: (section: string) => ({
    inspect: (name: string) => editor.settings[`${section}.${name}`],
  }),
  onDidChangeConfiguration: (
    listener: (change: { affectsConfiguration: (name: string) => boolean }) => void,
  ) => editor.configuration.event(listener),
}

export const commands = {
  registerCommand: (name: string, run: (...args: unknown[]) => unknown) => {
    editor.commands.set(name, run)
    return { dispose: () => editor.commands.delete(name) }
  },
  executeCommand: async (...what: unknown[]) => {
    editor.executed.push(what)
  },
}

export const authentication = {
  registerAuthenticationProvider: (id: string, _label: string, provider: unknown) => {
    editor.providers.set(id, provider)
    return { dispose: () => editor.providers.delete(id) }
  },
}

export const l10n = {
  t: (text: string, ...values: string[]) =>
    text.replace(/\{(\d)\}/g, (_, at: string) => values[Number(at)] ?? ''),
}

/** A memory that outlives a reload, as the editor's does. */
export class Memory {
  readonly kept = new Map<string, unknown>()
  get<T>(key: string): T | undefined {
    return this.kept.get(key) as T | undefined
  }
  async update(key: string, value: unknown): Promise<void> {
    if (value === undefined) this.kept.delete(key)
    else this.kept.set(key, JSON.parse(JSON.stringify(value)))
  }
  keys(): readonly string[] {
    return [...this.kept.keys()]
  }
  setKeysForSync(): void {}
}
