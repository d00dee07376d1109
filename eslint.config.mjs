import nx from '@nx/eslint-plugin';
import jest from 'eslint-plugin-jest';
import hooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** The libs that make up a running system. */
const libraries = [
  'catalog-copy',
  'clock',
  'contracts',
  'csv',
  'embedded-mongo',
  'lifecycle',
  'messaging',
  'mongo',
  'pricing',
  'secrets',
  'telemetry',
  'terms-copy',
];

/**
 * Who may import whom: the tag of the importing project, then the tags it may import. Every app is tagged `app` and may
 * import libs, never another app; specs may import `testing` besides (see the override below).
 */
const layers = {
  app: [...libraries, 'testing'],
  console: ['contracts'],
  e2e: ['contracts', 'local', 'testing'],
  'catalog-copy': ['clock', 'contracts', 'messaging', 'mongo', 'telemetry', 'testing'],
  'terms-copy': ['clock', 'contracts', 'messaging', 'mongo', 'testing'],
  lifecycle: ['clock', 'contracts', 'messaging', 'mongo', 'telemetry', 'testing'],
  messaging: ['clock', 'contracts', 'mongo', 'telemetry', 'testing'],
  mongo: ['telemetry', 'testing'],
  pricing: ['contracts'],
  telemetry: ['testing'],
  clock: [],
  secrets: [],
  'embedded-mongo': [],
  contracts: [],
  csv: [],
  testing: ['clock', 'embedded-mongo', 'messaging', 'mongo'],
  local: ['contracts'],
  chaos: [...libraries, 'local', 'testing'],
  bench: [...libraries, 'local'],
};

/** Projects that are nothing but values and functions: the packages they may import. */
const pure = { contracts: ['zod'], csv: ['csv-parse/sync'], pricing: ['decimal.js'] };

const depConstraints = Object.entries(layers).map(([sourceTag, allowed]) => ({
  sourceTag,
  onlyDependOnLibsWithTags: allowed,
  ...(sourceTag in pure && { allowedExternalImports: [...pure[sourceTag], '@jest/globals', 'fast-check'] }),
}));

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.nx/**', '.berth/**', 'docs/generated/**'] },
  ...tseslint.configs.strict,
  {
    files: ['**/*.mjs'],
    rules: { '@typescript-eslint/no-unused-vars': ['error', { varsIgnorePattern: '^_' }] },
  },
  {
    files: ['**/*.{ts,tsx}'],
    plugins: { '@nx': nx },
    // Nest reads constructor types at run time, so classes that are injected are not type-only imports.
    languageOptions: { parserOptions: { emitDecoratorMetadata: true, experimentalDecorators: true } },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        { depConstraints, allow: [], enforceBuildableLibDependency: false },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      // Nest modules are classes that only carry a decorator.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      // `process.env['NAME']` and records read by a computed key are ordinary here.
      '@typescript-eslint/no-dynamic-delete': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/no-unused-expressions': 'error',
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  {
    files: ['{apps,libs}/*/src/**/*.ts'],
    ignores: ['**/*.spec.ts', 'libs/testing/**', 'apps/e2e/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: [{ name: '@berth/testing', message: 'Only specs import the testing fixtures.' }] },
      ],
    },
  },
  {
    files: ['apps/console/src/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': hooks },
    rules: {
      ...hooks.configs.recommended.rules,
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: [
            {
              name: '@berth/contracts',
              allowTypeImports: true,
              message: 'Types only: every schema and zod itself would come into the page.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['**/*.spec.ts'],
    plugins: { jest },
    rules: {
      ...jest.configs['flat/recommended'].rules,
      'jest/expect-expect': [
        'error',
        { assertFunctionNames: ['expect', 'expect*', 'assert*', 'fc.assert', 'eventually'] },
      ],
      'jest/no-standalone-expect': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      'max-lines': ['error', { max: 500, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    // In a browser, waiting for what must be there is what is asserted.
    files: ['apps/e2e/src/console/*.spec.ts'],
    rules: {
      'jest/expect-expect': [
        'error',
        { assertFunctionNames: ['expect', 'status', 'visitor.sees', '**.waitFor'] },
      ],
    },
  },
);
