import { problemOf, type Backend } from '../api/backend'
import type { Problem } from '../api/types'
import type { DocumentContent, DocumentRef } from '../api/types-documents'

/** The one document that is being looked at. */
export class Preview {
  content: DocumentContent | null = $state.raw(null)
  bytes: Uint8Array | null = $state.raw(null)
  problem: Problem | null = $state.raw(null)
  readonly #backend: Backend
  #of: DocumentRef | null = null
  #asked = 0

  constructor(backend: Backend) {
    this.#backend = backend
  }

  start(): () => void {
    return this.#backend.on('changed', () => {
      if (this.content) void this.retry()
    })
  }

  async open(of: DocumentRef): Promise<void> {
    this.close()
    this.#of = of
    await this.retry()
  }

  close(): void {
    this.#asked++
    this.#of = null
    this.content = null
    this.bytes = null
    this.problem = null
  }

  retry = async (): Promise<void> => {
    const asked = ++this.#asked
    if (!this.#of) return
    try {
      const content = await this.#backend.documentContent(this.#of)
      if (asked !== this.#asked) return
      // The same file anew would only make the page jump.
      if (content.sha256 !== this.content?.sha256) {
        this.bytes = Uint8Array.from(atob(content.base64), (letter) => letter.charCodeAt(0))
      }
      this.content = content
      this.problem = null
    } catch (thrown) {
      if (asked === this.#asked) this.problem = problemOf(thrown)
    }
  }
}
