/** Prints a PDF from the window itself: its pages as pictures, one to a sheet. */
import { drawPage, type PDFDocumentProxy } from './pdf'

/** Dots of the print per CSS pixel: about 200 dots per inch. */
const fine = 2.1
const mostPages = 50

/** Draws the pages, opens the print dialog, and takes the pages away again. */
export async function printPages(file: PDFDocumentProxy): Promise<void> {
  const sheets = document.createElement('div')
  sheets.className = 'sheets'
  try {
    for (let number = 1; number <= Math.min(file.numPages, mostPages); number++) {
      const canvas = document.createElement('canvas')
      await drawPage(await file.getPage(number), canvas, { zoom: 1, fine }).promise
      sheets.append(canvas)
    }
    document.body.append(sheets)
    window.print()
  } finally {
    // Where print() does not wait for the dialog, the event tells of its end.
    const remove = () => sheets.remove()
    window.addEventListener('afterprint', remove, { once: true })
    setTimeout(remove, 60_000)
  }
}
