import { cpSync, createReadStream, existsSync } from 'node:fs'
import path from 'node:path'
import type { Plugin } from 'vite'

const from = path.join(import.meta.dirname, 'node_modules/pdfjs-dist')

/** What PDF.js asks for by name at run time: character maps, the 14 fonts no PDF carries, decoders. */
const wanted = [
  'cmaps',
  'standard_fonts',
  'wasm/openjpeg_nowasm_fallback.js',
  'wasm/jbig2_nowasm_fallback.js',
]

/** Puts what PDF.js needs besides itself under pdf/, so that a PDF never needs the network. */
export function pdfAssets(): Plugin {
  let out: string | null = null
  return {
    name: 'pdf-assets',
    configResolved({ command, root, build }) {
      if (command === 'build') out = path.resolve(root, build.outDir)
    },
    configureServer(server) {
      server.middlewares.use('/pdf/', (request, response, next) => {
        const name = path.normalize(decodeURIComponent(request.url ?? '').split('?')[0] ?? '')
        const known = wanted.some((one) => name.startsWith(`/${one}`))
        if (!known || !existsSync(from + name)) return next()
        createReadStream(from + name).pipe(response)
      })
    },
    closeBundle() {
      if (out === null) return
      for (const name of wanted) {
        cpSync(path.join(from, name), path.join(out, 'pdf', name), { recursive: true })
      }
    },
  }
}
