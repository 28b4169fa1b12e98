import tseslint from 'typescript-eslint'
import vue from 'eslint-plugin-vue'

const pure = { patterns: [{ group: ['node:*'], message: 'contract and core are pure: both sides, and any past instant, must be able to run them.' }] }

export default tseslint.config(
  { ignores: ['dist', 'data', 'coverage', 'node_modules', 'config/map/make'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  ...tseslint.configs.strictTypeChecked.map((config) => ({ ...config, files: ['**/*.ts', '**/*.vue'] })),
  ...vue.configs['flat/recommended'].map((config) => ({ ...config, files: ['**/*.vue'] })),
  {
    files: ['**/*.ts', '**/*.vue'],
    languageOptions: {
      parserOptions: {
        project: [
          './contract/tsconfig.json',
          './server/tsconfig.json',
          './client/tsconfig.json',
          './mock-streams/tsconfig.json',
          './test/tsconfig.json',
        ],
        tsconfigRootDir: new URL('../..', import.meta.url).pathname,
        extraFileExtensions: ['.vue'],
        parser: tseslint.parser,
      },
    },
    rules: {
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
      complexity: ['error', 12],
      'max-depth': ['error', 3],
      'max-params': ['error', 4],
      'no-console': 'error',
      eqeqeq: 'error',
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'] }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: false }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    files: ['**/*.vue'],
    rules: {
      // prettier owns the layout of templates
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/html-indent': 'off',
      'vue/html-closing-bracket-newline': 'off',
      // names such as Figure and Map are ours alone, and always written in PascalCase
      'vue/multi-word-component-names': 'off',
      'vue/no-v-html': 'error',
    },
  },
  {
    files: ['contract/**/*.ts', 'server/core/**/*.ts'],
    rules: {
      'no-restricted-imports': ['error', pure],
      'no-restricted-globals': ['error', 'process', 'window', 'document', 'setTimeout', 'setInterval', 'Buffer'],
    },
  },
  { files: ['server/main.ts', 'server/log.ts', 'server/launch/**', 'mock-streams/**/*.ts', 'test/**/*.ts'], rules: { 'no-console': 'off' } },
  {
    files: ['test/**/*.ts'],
    rules: {
      'max-lines-per-function': 'off',
      complexity: 'off',
      'max-lines': ['error', { max: 500, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
)
