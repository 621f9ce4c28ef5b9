import { paraglideVitePlugin } from '@inlang/paraglide-js'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { svelteTesting } from '@testing-library/svelte/vite'
import { defineConfig } from 'vitest/config'
import { pdfAssets } from './pdfassets.ts'

/** What both programs send with the window; `vite preview` sends it too, so that a breach shows at once. */
const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

export default defineConfig({
  // The window is served from the root of wails:// and of a loopback port alike.
  base: './',
  plugins: [
    paraglideVitePlugin({
      project: './project.inlang',
      outdir: './src/text/messages',
      strategy: ['baseLocale'],
      outputStructure: 'locale-modules',
      emitReadme: false,
    }),
    svelte(),
    svelteTesting(),
    pdfAssets(),
  ],
  build: {
    // WebKitGTK 2.40, WebView2 and the browsers of the last three years.
    target: ['safari16.4', 'chrome111', 'firefox115'],
    // The polyfill would be an inline script, which the policy forbids.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: true,
    // The licences of what the pages are made of go with them; packages ask for it too.
    license: { fileName: 'licences.json' },
  },
  worker: { format: 'es' },
  server: { host: '127.0.0.1' },
  preview: { host: '127.0.0.1', headers: { 'Content-Security-Policy': contentSecurityPolicy } },
  test: {
    environment: 'jsdom',
    // A limit for what hangs, not a judgement on a busy machine's speed.
    testTimeout: 60_000,
    include: ['src/**/*.test.ts'],
    setupFiles: ['./test/setup.ts'],
    env: { TZ: 'UTC' },
  },
})
