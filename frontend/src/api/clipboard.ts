/** The browser's clipboard, which may be missing or refuse. */

export const canCopy = (): boolean => 'clipboard' in navigator

export async function copy(text: Promise<string>): Promise<void> {
  if ('ClipboardItem' in window) {
    const blob = text.then((plain) => new Blob([plain], { type: 'text/plain' }))
    await navigator.clipboard.write([new ClipboardItem({ 'text/plain': blob })])
  } else {
    await navigator.clipboard.writeText(await text)
  }
}
