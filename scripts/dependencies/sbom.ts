import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { npm } from './npm.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
const LONGEST_MILLISECONDS = 120_000;

/** A software bill of materials (https://cyclonedx.org/docs/1.5/json/), as far as it is read here. */
export interface Sbom {
  bomFormat: string;
  specVersion: string;
  metadata: { component: { name: string; version: string } };
  components: {
    name: string;
    version: string;
    purl: string;
    hashes?: { alg: string; content: string }[];
    licenses?: object[];
  }[];
}

/** What their package.json does not say: their LICENSE files do. */
const LICENCES: Record<string, object[]> = { 'png-js': [{ license: { id: 'MIT' } }] };

/** Everything that the lockfile names, on whatever platform it is installed. Throws when npm cannot tell. */
export async function sbom(): Promise<Sbom> {
  const flags = ['--package-lock-only', '--sbom-format=cyclonedx', '--sbom-type=application'];
  const { status, stdout, stderr } = await npm(['sbom', ...flags], {
    ...{ cwd: ROOT, timeout: LONGEST_MILLISECONDS },
  });
  if (status !== 0) throw new Error(`npm sbom: ${stderr}`);
  const made = JSON.parse(stdout) as Sbom;
  const { name } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { name: string };
  // npm takes the name of the folder.
  made.metadata.component.name = name;
  for (const component of made.components) component.licenses ??= LICENCES[component.name];
  return made;
}

/** `npm run sbom`: writes dist/sbom.cdx.json. */
if (import.meta.main) {
  const made = await sbom();
  mkdirSync(`${ROOT}dist`, { recursive: true });
  writeFileSync(`${ROOT}dist/sbom.cdx.json`, `${JSON.stringify(made, null, 2)}\n`);
  process.stdout.write(`dist/sbom.cdx.json: ${made.components.length} components\n`);
}
