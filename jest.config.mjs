import { existsSync, readFileSync, readdirSync } from 'node:fs';

const { $schema: _schema, ...swc } = JSON.parse(readFileSync(new URL('.swcrc', import.meta.url), 'utf8'));
/** Jest runs the sources themselves, so relative imports keep their `.ts`; only the build rewrites them. */
const transform = { ...swc, swcrc: false, jsc: { ...swc.jsc, rewriteRelativeImportExtensions: false } };

/** Every workspace project with a src folder is a Jest project of the same name: `npm test -- --selectProjects billing`. */
const projects = ['libs', 'apps', 'deploy']
  .flatMap((area) => readdirSync(area).map((name) => ({ name, dir: `${area}/${name}` })))
  .map(({ name, dir }) => ({ name, dir: `${dir}/src` }))
  .filter(({ dir }) => existsSync(dir))
  .concat({ name: 'workspace', dir: 'scripts' })
  .map(({ name, dir }) => ({
    displayName: name,
    rootDir: `<rootDir>/${dir}`,
    testMatch: ['<rootDir>/**/*.spec.ts'],
    testEnvironment: 'node',
    testEnvironmentOptions: { customExportConditions: ['@berth/source', 'node', 'node-addons'] },
    extensionsToTreatAsEsm: ['.ts'],
    transform: { '\\.ts$': ['@swc/jest', transform] },
    injectGlobals: false,
    restoreMocks: true,
  }));

export default { projects, testTimeout: 30_000 };
