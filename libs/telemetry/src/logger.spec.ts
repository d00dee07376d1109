import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { logger } from './logger.ts';

describe('the log of a service', () => {
  let lines: string[] = [];
  const out = { write: (line: string) => void lines.push(line) };
  const entries = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);

  beforeEach(() => {
    lines = [];
  });
  afterEach(() => {
    delete process.env['BERTH_LOG_LEVEL'];
    delete process.env['BERTH_LOG_FORMAT'];
  });

  test('is one JSON object a line, with service, context and time', () => {
    logger('billing', out).log('started', 'NestFactory');
    expect(entries()).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/Z$/),
        service: 'billing',
        context: 'NestFactory',
        msg: 'started',
      },
    ]);
  });

  test('shows an error with its stack and what was tried', () => {
    logger('billing', out).error(new Error('no disk'), 'The invoice cannot be written', 'Invoices');
    expect(entries()).toEqual([
      expect.objectContaining({
        level: 'error',
        context: 'Invoices',
        msg: 'The invoice cannot be written',
        err: expect.objectContaining({ message: 'no disk', stack: expect.stringContaining('logger.spec') }),
      }),
    ]);
  });

  test('shows why it happened, and nothing else that hangs on an error', () => {
    const error = new Error('cannot write', { cause: new Error('no space left') });
    const insides: Record<string, unknown> = { server: {} };
    for (let depth = 0, at = insides; depth < 1_000; depth++) at = at['next'] = { back: insides };
    logger('billing', out).error(Object.assign(error, { code: 'ENOSPC', insides }), 'Invoices');
    expect(entries()[0]).toMatchObject({
      err: {
        type: 'Error',
        message: 'cannot write',
        code: 'ENOSPC',
        stack: expect.stringContaining('no space left'),
      },
    });
    expect(lines[0]).not.toContain('insides');
  });

  test('keeps secrets to itself, on the top level and below', () => {
    const secrets = { password: 'p1', authorization: 'Bearer p2', token: 'p3' };
    logger('accounts', out).warn({ ...secrets, request: { headers: secrets, body: { nested: secrets } } });
    expect(lines.join('')).not.toMatch(/p1|p2|p3/);
    expect(entries()[0]).toMatchObject({
      password: '[redacted]',
      request: { headers: { token: '[redacted]' } },
    });
  });

  test('is as talkative as BERTH_LOG_LEVEL says', () => {
    process.env['BERTH_LOG_LEVEL'] = 'error';
    const log = logger('dns', out);
    log.warn('quiet');
    log.error('loud');
    expect(entries()).toHaveLength(1);
    process.env['BERTH_LOG_LEVEL'] = 'nonsense';
    logger('dns', out).log('heard');
    expect(entries()).toHaveLength(2);
  });

  test('reads as text for people when asked to', () => {
    process.env['BERTH_LOG_FORMAT'] = 'pretty';
    logger('dns', out).warn('slow', { seconds: 3 }, 'Zone');
    expect(lines).toEqual([
      expect.stringMatching(/^\d\d:\d\d:\d\d\.\d{3} WARN {2}dns Zone: slow \{"seconds":3\}\n$/),
    ]);
    logger('dns', out).error(new Error('broken'), 'Zone');
    expect(lines[1]).toContain('Error: broken\n    at ');
  });
});
