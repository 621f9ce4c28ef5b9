/** What the window does with the system around it, in Wails and in a browser alike. */

interface Runtime {
  BrowserOpenURL(address: string): void
  ClipboardSetText(text: string): Promise<boolean>
}

const runtimeOf = (host: object): Runtime | undefined => (host as { runtime?: Runtime }).runtime

/** Puts text on the clipboard; tells whether it could. */
export async function copyText(text: string, host: Window = window): Promise<boolean> {
  try {
    const runtime = runtimeOf(host)
    if (runtime) return await runtime.ClipboardSetText(text)
    await host.navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}

/**
 * Has the person's mail program open a letter that is ready to be sent. A webview
 * would take a mailto link for a page of its own, so Wails hands it to the system.
 */
export function openMail(address: string, host: Window = window): void {
  const runtime = runtimeOf(host)
  if (runtime) runtime.BrowserOpenURL(address)
  else host.location.assign(address)
}
