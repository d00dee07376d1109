import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { advisoriesOn, type Advisory } from './advisories.ts';
import { verdict } from './audit.ts';

const PACKAGE = 'berth-example';
const known = {
  severity: 'high',
  title: 'Reads any file',
  url: 'https://github.com/advisories/GHSA-aaaa-bbbb-cccc',
};

let folder: string;
let registry: Server;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'berth-audit-'));
  const root = { name: 'audited', version: '1.0.0', dependencies: { [PACKAGE]: '1.0.0' } };
  const packages = { '': root, [`node_modules/${PACKAGE}`]: { version: '1.0.0' } };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(root));
  const lock = { name: root.name, version: root.version, lockfileVersion: 3, requires: true, packages };
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => {
  registry.closeAllConnections();
  registry.close();
});

/** What npm hears of the example from a registry that answers audits so. */
async function heardFrom(audits: RequestListener, at = folder) {
  registry = createServer((request, response) => {
    if (request.method === 'POST') return audits(request, response);
    const versions = Object.fromEntries(
      ['1.0.0', '2.0.0'].map((version) => [version, { name: PACKAGE, version, dist: {} }]),
    );
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ name: PACKAGE, 'dist-tags': { latest: '2.0.0' }, versions }));
  });
  await new Promise<void>((done) => registry.listen(0, '127.0.0.1', done));
  const { port } = registry.address() as AddressInfo;
  return advisoriesOn(at, {
    ...process.env,
    npm_config_registry: `http://127.0.0.1:${port}/`,
    npm_config_cache: join(folder, 'cache'),
    npm_config_update_notifier: 'false',
    // As CI runs it.
    npm_config_loglevel: 'silent',
  });
}

const answering =
  (body: object): RequestListener =>
  (_, response) =>
    void response.setHeader('content-type', 'application/json').end(JSON.stringify(body));

test('what is known against a version that the lockfile names is found', async () => {
  const advisory = { ...known, id: 1, vulnerable_versions: '<2.0.0', cwe: [], cvss: { score: 0 } };
  expect(await heardFrom(answering({ [PACKAGE]: [advisory] }))).toEqual({
    advisories: [{ ...known, package: PACKAGE, range: '<2.0.0' }],
  });
}, 60_000);

test('where nothing is known, nothing is found', async () => {
  expect(await heardFrom(answering({}))).toEqual({ advisories: [] });
}, 60_000);

test('a registry that takes no audits has not answered', async () => {
  const heard = await heardFrom((_, response) => void response.writeHead(405, { allow: 'GET' }).end());
  expect(heard).toEqual({ unanswered: expect.stringContaining('405') });
}, 60_000);

test('a registry that hangs has not answered, and is not waited for', async () => {
  const heard = await heardFrom(() => {});
  expect(heard).toEqual({ unanswered: expect.any(String) });
}, 60_000);

test('a folder without a lockfile is a mistake', async () => {
  const empty = mkdtempSync(join(folder, 'empty-'));
  // Without one npm goes up to the next folder that has.
  writeFileSync(join(empty, 'package.json'), JSON.stringify({ name: 'empty', version: '1.0.0' }));
  await expect(heardFrom(answering({}), empty)).rejects.toThrow('npm audit');
}, 60_000);

describe('the verdict', () => {
  const advisory = (severity: Advisory['severity']): Advisory => ({
    ...known,
    ...{ severity, package: PACKAGE, range: '<2.0.0' },
  });
  const today = new Date('2026-12-01T12:00:00Z');
  const accepted = { advisory: 'GHSA-aaaa-bbbb-cccc', why: 'never called', until: '2026-12-01' };

  test.each([
    ['info', true],
    ['low', true],
    ['moderate', true],
    ['high', false],
    ['critical', false],
  ] as const)('on one that is %s is well: %s', (severity, well) => {
    const found = verdict([advisory(severity)], [], today);
    expect(found).toEqual({ well, lines: [expect.stringContaining(`${severity}: ${PACKAGE} <2.0.0`)] });
  });

  test('names the serious ones first', () => {
    const { lines } = verdict([advisory('low'), advisory('critical')], [], today);
    expect(lines.map((line) => line.split(':')[0])).toEqual(['critical', 'low']);
  });

  test('passes over what is accepted, to the end of its last day', () => {
    const found = verdict([advisory('high')], [accepted], today);
    expect(found).toEqual({ well: true, lines: [expect.stringContaining('until 2026-12-01: never called')] });
    expect(verdict([advisory('high')], [accepted], new Date('2026-12-02T00:00:00Z')).well).toBe(false);
    const other = { ...accepted, advisory: 'GHSA-cccc' };
    expect(verdict([advisory('high')], [other], today).well).toBe(false);
  });
});
