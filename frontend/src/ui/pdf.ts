/**
 * Opens a PDF for display. PDF.js and its worker are a chunk of their own, fetched
 * when the first PDF is looked at. Scripts in a PDF never run, its links and forms
 * are not drawn, and what it needs besides itself (fonts, character maps) comes
 * from the window's own files.
 */
import type * as Pdfjs from 'pdfjs-dist'
import type { PDFDocumentProxy, PDFPageProxy, RenderTask } from 'pdfjs-dist'

export type { PDFDocumentProxy, PDFPageProxy, RenderTask }

/** Why a PDF cannot be shown: it is broken, or it asks for a password. */
export type PdfFault = 'damaged' | 'locked'

/** No canvas gets more pixels than this, whatever size a page claims to have. */
const largestCanvas = 16_000_000
const largestImage = 64_000_000

type Library = typeof Pdfjs

let loaded: Promise<Library> | undefined

async function library(): Promise<Library> {
  // The legacy build brings along what the oldest web views we support lack.
  const [pdfjs, { default: PdfWorker }] = await Promise.all([
    import('pdfjs-dist/legacy/build/pdf.mjs') as Promise<Library>,
    import('pdfjs-dist/legacy/build/pdf.worker.mjs?worker'),
  ])
  pdfjs.GlobalWorkerOptions.workerPort = new PdfWorker()
  return pdfjs
}

const besides = (folder: string) => new URL(`pdf/${folder}/`, document.baseURI).href

/** Opens the bytes of a PDF; rejects with what faultOf explains. */
export async function openPdf(bytes: Uint8Array): Promise<PDFDocumentProxy> {
  loaded ??= library()
  const pdfjs = await loaded
  return pdfjs.getDocument({
    // PDF.js keeps what it is given; the caller's bytes stay the caller's.
    data: bytes.slice(),
    cMapUrl: besides('cmaps'),
    cMapPacked: true,
    standardFontDataUrl: besides('standard_fonts'),
    wasmUrl: besides('wasm'),
    // WebAssembly would need a hole in the policy.
    useWasm: false,
    enableXfa: false,
    maxImageSize: largestImage,
    canvasMaxAreaInBytes: largestCanvas * 4,
    verbosity: 0,
  }).promise
}

export function faultOf(thrown: unknown): PdfFault {
  return thrown instanceof Error && thrown.name === 'PasswordException' ? 'locked' : 'damaged'
}

/** A page's size in CSS pixels at a zoom of 1. */
export function pageSize(page: PDFPageProxy): { width: number; height: number } {
  const { width, height } = page.getViewport({ scale: 96 / 72 })
  return { width, height }
}

/** Draws a page; `fine` is how many pixels of the canvas make one of CSS. */
export function drawPage(
  page: PDFPageProxy,
  canvas: HTMLCanvasElement,
  { zoom, fine }: { zoom: number; fine: number },
): RenderTask {
  const wanted = page.getViewport({ scale: (96 / 72) * zoom * fine })
  const shrink = Math.min(1, Math.sqrt(largestCanvas / (wanted.width * wanted.height)))
  const viewport = page.getViewport({ scale: wanted.scale * shrink })
  canvas.width = Math.max(1, Math.floor(viewport.width))
  canvas.height = Math.max(1, Math.floor(viewport.height))
  return page.render({ canvas, viewport })
}

/** Lays a page's text, invisible, over its picture, so that it can be selected and read aloud. */
export async function layText(
  page: PDFPageProxy,
  container: HTMLElement,
  zoom: number,
): Promise<void> {
  const pdfjs = await (loaded ??= library())
  container.replaceChildren()
  container.style.setProperty('--total-scale-factor', String((96 / 72) * zoom))
  const viewport = page.getViewport({ scale: (96 / 72) * zoom })
  await new pdfjs.TextLayer({
    textContentSource: page.streamTextContent(),
    container,
    viewport,
  }).render()
}
