import { beforeAll, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { ESLint } from 'eslint';

const root = new URL('..', import.meta.url).pathname;
const BOUNDARY = '@nx/enforce-module-boundaries';

// The rule knows projects from Nx's cached graph and stays silent without one.
beforeAll(() => {
  execFileSync(process.execPath, [`${root}node_modules/.bin/nx`, 'show', 'projects'], {
    cwd: root,
    env: { ...process.env, NX_DAEMON: 'false' },
  });
}, 60_000);

async function broken(file: string, code: string): Promise<string[]> {
  const [result] = await new ESLint({ cwd: root }).lintText(code, { filePath: `${root}${file}` });
  return (result?.messages ?? []).flatMap(({ ruleId }) => ruleId ?? []);
}

describe('who may import whom', () => {
  test.each([
    ['an app, another app', 'apps/dns/src/records/record.ts', `import '../../../billing/src/config.ts';`],
    ['contracts, another lib', 'libs/contracts/src/dns.ts', `import '@berth/mongo';`],
    ['contracts, anything but zod', 'libs/contracts/src/dns.ts', `import 'mongoose';`],
    ['mongo, messaging', 'libs/mongo/src/ids.ts', `import '@berth/messaging';`],
    ['telemetry, contracts', 'libs/telemetry/src/logger.ts', `import '@berth/contracts';`],
    ['pricing, mongo', 'libs/pricing/src/quote.ts', `import '@berth/mongo';`],
    ['pricing, anything but decimal.js', 'libs/pricing/src/quote.ts', `import 'mongoose';`],
    ['embedded-mongo, mongo', 'libs/embedded-mongo/src/main.ts', `import '@berth/mongo';`],
    ['messaging, lifecycle', 'libs/messaging/src/outbox.ts', `import '@berth/lifecycle';`],
    ['e2e, a service', 'apps/e2e/src/launch.spec.ts', `import '../../provisioning/src/config.ts';`],
  ])('%s: refused', async (_, file, code) => {
    expect(await broken(file, code)).toContain(BOUNDARY);
  });

  test('testing fixtures: refused outside specs, allowed in them', async () => {
    const code = `import '@berth/testing';`;
    expect(await broken('apps/dns/src/records/record.ts', code)).toContain('no-restricted-imports');
    expect(await broken('apps/dns/src/records/record.spec.ts', code)).not.toContain('no-restricted-imports');
  });

  test.each([
    ['an app, messaging', 'apps/dns/src/records/record.ts', `import '@berth/messaging';`],
    ['lifecycle, messaging', 'libs/lifecycle/src/runner.ts', `import '@berth/messaging';`],
    ['pricing, contracts', 'libs/pricing/src/quote.ts', `import '@berth/contracts'; import 'decimal.js';`],
    ['contracts, zod', 'libs/contracts/src/dns.ts', `import 'zod';`],
  ])('%s: allowed', async (_, file, code) => {
    expect(await broken(file, code)).not.toContain(BOUNDARY);
  });
});
