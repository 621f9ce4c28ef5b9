import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // They start real programs, which takes its time on a busy machine.
    testTimeout: 60_000,
    alias: { vscode: fileURLToPath(new URL('./test/fake/vscode.ts', import.meta.url)) },
  },
})
