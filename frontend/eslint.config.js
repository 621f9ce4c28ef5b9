import js from '@eslint/js'
import { defineConfig, globalIgnores } from 'eslint/config'
import svelte from 'eslint-plugin-svelte'
import globals from 'globals'
import ts from 'typescript-eslint'
import svelteConfig from './svelte.config.js'

/** The folders of src, and which of the others each may import from. */
const allowed = {
  ui: [],
  text: [],
  parts: ['ui', 'text'],
  api: [],
  state: ['api'],
  views: ['parts', 'ui', 'text', 'state'],
}

const folders = Object.keys(allowed)

/** Values that cross every border, as types alone: types.ts, and one file per further subject. */
const sharedTypes = 'api/types(-[a-z]+)?'

function direction(folder) {
  const forbidden = folders.filter((name) => name !== folder && !allowed[folder].includes(name))
  const values = folder !== 'ui' && forbidden.includes('api')
  const paths = forbidden.map((name) =>
    name === 'api' && values ? `^(\\.\\./)+api/(?!types(-[a-z]+)?$)` : `^(\\.\\./)+${name}/`,
  )
  return {
    files: [`src/${folder}/**/*.{ts,svelte}`],
    ignores: ['**/*.test.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: paths.join('|'),
              message: `${folder} may import from: ${allowed[folder].join(', ') || 'nothing of ours'}.`,
            },
            {
              regex: `^(\\.\\./)+${sharedTypes}$`,
              allowTypeImports: true,
              message: 'Only the types.',
            },
          ],
        },
      ],
    },
  }
}

export default defineConfig(
  globalIgnores(['dist/', 'node_modules/', 'project.inlang/', 'src/text/messages/']),
  js.configs.recommended,
  ts.configs.recommended,
  svelte.configs.recommended,
  {
    languageOptions: { globals: globals.browser },
    rules: {
      'no-undef': 'off',
      eqeqeq: 'error',
      'no-console': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      // Problems are the plain {code, message} of the wire.
      '@typescript-eslint/only-throw-error': 'off',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig },
    },
    rules: {
      'svelte/no-at-html-tags': 'error',
      // The policy forbids style attributes; style directives go through the CSSOM.
      'no-restricted-syntax': [
        'error',
        {
          selector: 'SvelteAttribute[key.name="style"]',
          message: 'Use a class or a style: directive.',
        },
      ],
      'svelte/no-target-blank': 'error',
      'svelte/button-has-type': 'error',
      // The router is our own: addresses are fragments.
      'svelte/no-navigation-without-resolve': 'off',
    },
  },
  { files: ['*.{js,ts}'], languageOptions: { globals: globals.node } },
  folders.map(direction),
)
