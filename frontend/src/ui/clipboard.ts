/** Puts text on the clipboard; tells whether it is there. A text that is not to be had is not copied. */
export async function copyText(text: string | (() => Promise<string | null>)): Promise<boolean> {
  try {
    const copied = typeof text === 'string' ? text : await text()
    if (copied === null) return false
    if (await byClipboard(copied)) return true
    return bySelection(copied)
  } catch {
    return false
  }
}

async function byClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false // pages that are not served securely have none
  }
}

/** The older way, which also works where a page may not use the clipboard. */
function bySelection(text: string): boolean {
  const field = document.createElement('textarea')
  field.value = text
  field.className = 'visually-hidden'
  field.setAttribute('aria-hidden', 'true')
  const focused = document.activeElement
  document.body.append(field)
  field.select()
  const copied = document.execCommand('copy')
  field.remove()
  if (focused instanceof HTMLElement) focused.focus()
  return copied
}
