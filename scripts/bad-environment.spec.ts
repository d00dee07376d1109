import { describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';

const root = new URL('..', import.meta.url).pathname;
/** Those that live on the bus, whatever else there will be. */
const services = readdirSync(`${root}apps`).filter((name) => {
  try {
    return readFileSync(`${root}apps/${name}/src/config.ts`, 'utf8').includes('AMQP_URL');
  } catch {
    return false;
  }
});

describe('a service with a bad environment', () => {
  test.each(services)('says so in one line and ends: %s', async (service) => {
    const child = spawn(process.execPath, [`${root}apps/${service}/dist/main.js`], {
      env: { AMQP_URL: 'hunter2' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = once(child, 'close');
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
    expect(await ended).toEqual([1, null]);
    expect(err).toBe('');
    expect(out.trim().split('\n')).toHaveLength(1);
    expect(JSON.parse(out)).toMatchObject({
      level: 'fatal',
      service,
      msg: expect.stringMatching(
        `^${service} cannot start: the environment is not right: .*AMQP_URL is wrong`,
      ),
    });
    expect(out).not.toContain('hunter2');
  });
});
