/** The extension: your plan in the status bar, and Billfold one click away. */
import * as vscode from 'vscode'
import { AccountProvider, providerId } from './account'
import { copySupportSummary, howToGet, openPathSetting, show } from './commands'
import { Launcher, type View } from './launch'
import { Notice } from './notice'
import { Source } from './source'
import { StatusBar } from './statusbar'

export function activate(context: vscode.ExtensionContext): void {
  const launcher = new Launcher(context.extension.extensionKind)
  const open = (view: View): void => void show(launcher, view)
  const source = new Source(context.globalState, () => launcher.program())
  const bar = new StatusBar()
  const accounts = new AccountProvider(context.globalState, () => open('overview'))
  const notice = new Notice(context.globalState, {
    seeWhy: () => open('standing'),
    get: () => void howToGet(),
    setPath: () => void openPathSetting(),
  })
  const tell = (): void => {
    const { known } = source
    bar.show(known)
    // What is asked just now may be the same account again.
    if (known.kind !== 'waiting') accounts.show(source.state)
    void vscode.commands.executeCommand('setContext', 'billfold.found', launcher.program() !== null)
    void notice.hear(known)
  }
  context.subscriptions.push(
    source,
    bar,
    accounts,
    source.onDidChange(tell),
    vscode.window.onDidChangeWindowState(({ focused }) => {
      if (focused) void source.refresh().then(() => notice.hear(source.known))
    }),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('billfold.path')) void source.ask()
    }),
    vscode.authentication.registerAuthenticationProvider(providerId, 'Billfold', accounts),
    ...commands(launcher, open),
  )
  void source.refresh()
}

function commands(launcher: Launcher, open: (view: View) => void): vscode.Disposable[] {
  const does: Readonly<Record<string, () => unknown>> = {
    'billfold.managePlan': () => open('subscription'),
    'billfold.invoiceHistory': () => open('invoices'),
    'billfold.updatePaymentMethod': () => open('payment-methods'),
    'billfold.copySupportSummary': () => copySupportSummary(launcher),
    'billfold.seeWhy': () => open('standing'),
    'billfold.get': () => howToGet(),
  }
  return Object.entries(does).map(([name, run]) => vscode.commands.registerCommand(name, run))
}
