/** What the commands do, and what is said when they cannot. */
import * as vscode from 'vscode'
import type { Launcher, View } from './launch'
import { settings } from './settings'

/** Opens Billfold at a view, and says so where that may not have worked. */
export async function show(launcher: Launcher, view: View): Promise<void> {
  const opening = launcher.open(view)
  vscode.window.setStatusBarMessage(vscode.l10n.t('Opening Billfold…'), opening)
  const opened = await opening
  if (opened === 'program' || opened === 'portal') return
  await sayHow(launcher, opened === 'link')
}

/** maybe tells that the system took the link, which is no proof that anything opened. */
async function sayHow(launcher: Launcher, maybe: boolean): Promise<void> {
  const portal = vscode.l10n.t('Open Customer Portal')
  const get = vscode.l10n.t('Get Billfold')
  const say = maybe ? vscode.window.showInformationMessage : vscode.window.showErrorMessage
  const offers = [get, ...(settings().portalUrl === '' ? [] : [portal])]
  const answer = await say(problem(launcher.program() !== null, maybe), ...offers)
  if (answer === get) await howToGet()
  if (answer === portal) await launcher.openPortal()
}

function problem(installed: boolean, maybe: boolean): string {
  if (!installed) {
    return maybe
      ? vscode.l10n.t('Billfold was not found here. If nothing opened, install it first.')
      : vscode.l10n.t('Billfold is not installed here.')
  }
  return maybe
    ? vscode.l10n.t(
        'Billfold did not start. If nothing opened, run “billfold open” in a terminal to see why.',
      )
    : vscode.l10n.t('Billfold did not start. Run “billfold open” in a terminal to see why.')
}

/** Puts what a vendor's support asks for on the clipboard. */
export async function copySupportSummary(launcher: Launcher): Promise<void> {
  const program = launcher.program()
  if (!program) return sayHow(launcher, false)
  const asking = program.run(['support', '--max-age', '1h'])
  vscode.window.setStatusBarMessage(vscode.l10n.t('Asking Billfold…'), asking)
  const { code, output, complaint } = await asking
  if (code !== 0 || output.trim() === '') {
    const why = complaint || vscode.l10n.t('Billfold gave no answer.')
    await vscode.window.showErrorMessage(vscode.l10n.t('The summary was not copied. {0}', why))
    return
  }
  await vscode.env.clipboard.writeText(output)
  await vscode.window.showInformationMessage(
    vscode.l10n.t('The support summary is on the clipboard. It holds no card number and no link.'),
  )
}

/** Shows how Billfold is installed. */
export async function howToGet(): Promise<void> {
  await vscode.commands.executeCommand(
    'workbench.action.openWalkthrough',
    'billfold.billfold#billing',
    false,
  )
}

export async function openPathSetting(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.openSettings', 'billfold.path')
}
