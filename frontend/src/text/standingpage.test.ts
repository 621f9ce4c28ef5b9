import { readdirSync, readFileSync } from 'node:fs'
import { afterEach, expect, test } from 'vitest'
import { speak } from './language.svelte'
import { standingPage, type Scene } from './standingpage'
import { withLists } from '../api/lists'
import type { Standing } from '../api/types-standing'

afterEach(() => speak('system'))

const folder = '../backend/companion/testdata/standing'
const scenes: Scene[] = readdirSync(folder)
  .sort()
  .map((file) => ({
    scenario: file.replace(/\.json$/, ''),
    standing: withLists(JSON.parse(readFileSync(`${folder}/${file}`, 'utf8'))) as Standing,
  }))

test('docs/standing.md says what the window says', async () => {
  speak('en')
  expect(scenes.length).toBeGreaterThan(20)
  await expect(standingPage(scenes)).toMatchFileSnapshot('../../../docs/standing.md')
})

test.each(['en', 'de'] as const)('no sentence in %s has a hole or a code in it', (language) => {
  speak(language)
  const page = standingPage(scenes)
  expect(page).not.toMatch(/undefined|null|NaN|\{\w+\}|standing_|1970| {2,}\S|\.\.(?!\/)/)
})
