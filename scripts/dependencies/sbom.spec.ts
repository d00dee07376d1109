import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { sbom } from './sbom.ts';

const { name, version, dependencies, devDependencies } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as Record<'name' | 'version', string> & Record<'dependencies' | 'devDependencies', Record<string, string>>;

test('the bill of materials names every package with version, hash and licence', async () => {
  const { bomFormat, specVersion, metadata, components } = await sbom();
  expect({ bomFormat, specVersion }).toEqual({ bomFormat: 'CycloneDX', specVersion: '1.5' });
  expect(metadata.component).toMatchObject({ name, version });
  const purls = components.map(({ purl }) => purl);
  const direct = Object.entries({ ...dependencies, ...devDependencies }).filter(
    // An alias stands there by the package's own name.
    ([, wanted]) => !wanted.startsWith('npm:'),
  );
  for (const [wanted, at] of direct) expect(purls).toContain(`pkg:npm/${wanted.replace('@', '%40')}@${at}`);
  const others = components.filter(({ purl }) => !purl.startsWith('pkg:npm/%40berth/'));
  expect(others.length).toBeGreaterThan(direct.length);
  expect(others.filter(({ hashes }) => !hashes?.length).map(({ purl }) => purl)).toEqual([]);
  expect(others.filter(({ licenses }) => !licenses?.length).map(({ purl }) => purl)).toEqual([]);
}, 120_000);
