// Packs the extension as dist/billfold-VERSION.vsix.

import { readFileSync } from 'node:fs'
import { createVSIX } from '@vscode/vsce'

const { name, version } = JSON.parse(readFileSync('package.json', 'utf8'))
const packagePath = `dist/${name}-${version}.vsix`
await createVSIX({ packagePath, dependencies: false, allowMissingRepository: true })
console.log(`extension/${packagePath}`)
