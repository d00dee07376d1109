import { describe, expect, test } from '@jest/globals';
import * as contracts from '@berth/contracts';
import type { MessageContract } from '@berth/contracts';
import { readFileSync } from 'node:fs';
import { Ids } from './ids.ts';
import { readRecording, RECORDING } from './recording.ts';
import { tidied } from './tidy.ts';

const { said, span } = readRecording();
const messages = [
  ...Object.values<unknown>(contracts).filter(isMessage),
  ...contracts.SERVICE_NAMES.map(contracts.readinessOf),
];

function isMessage(value: unknown): value is MessageContract {
  return typeof value === 'object' && value !== null && 'kind' in value && 'type' in value;
}

describe('the recording of a demo run', () => {
  test.each([...new Set(said.map(({ type }) => type))])('today’s contract reads every %s', (type) => {
    const contract = messages.find((each) => each.type === type);
    for (const { body, answer, ...envelope } of said.filter((each) => each.type === type)) {
      expect({ envelope, issues: contract?.schema.safeParse(body).error?.issues }).toEqual({ envelope });
      if (!answer || contract?.kind !== 'request') continue;
      const schema = answer.outcome === 'answer' ? contract.reply : contracts.ProblemBody;
      expect({ envelope, issues: schema.safeParse(answer.body).error?.issues }).toEqual({ envelope });
    }
  });

  test('has a service live through a launch, a pause and the end, and what was billed', () => {
    const types = said.map(({ type }) => type);
    for (const status of ['requested', 'running', 'paused', 'terminated'])
      expect(types).toContain(`berth.server.${status}.v1`);
    expect(types).toContain('berth.usage.recorded.v1');
  });

  test('holds no secret', () => {
    expect(readFileSync(RECORDING, 'utf8')).not.toMatch(
      /br[ts]_[A-Za-z0-9]{20,}|AKIA|PRIVATE KEY|amqp:|mongodb:/,
    );
  });
});

describe('tidying', () => {
  const asked = { at: 1, from: 'gateway', to: 'accounts', type: 't', id: 'msg_1', correlation: 'c' };

  test('a credential becomes the same name everywhere', () => {
    const answer = { at: 1, outcome: 'answer' as const, body: { token: `brt_${'a'.repeat(40)}` } };
    const later = { ...asked, id: 'msg_2', body: { credential: `brt_${'a'.repeat(40)}` }, answer };
    const [first, second] = tidied([{ ...asked, body: {}, answer }, later]);
    expect([first?.answer?.body, second?.body]).toEqual([
      { token: 'brt_recorded1' },
      { credential: 'brt_recorded1' },
    ]);
  });

  test('the same question with the same answer is kept once, and one without an answer not at all', () => {
    const answer = { at: 1, outcome: 'answer' as const, body: {} };
    const twice = [1, 2].map((at) => ({ ...asked, at, body: {}, answer: { ...answer, at } }));
    expect(tidied([...twice, { ...asked, body: { other: 1 } }])).toHaveLength(1);
  });
});

describe('in the words of now', () => {
  const now = Date.parse(span.to) + 90_000;

  test('times within the recording are moved by whole minutes, others stay', () => {
    const ids = new Ids(
      { from: '2026-01-01T10:00:00.000Z', to: '2026-01-01T10:20:00.000Z' },
      Date.parse('2026-01-02T10:20:59.000Z'),
    );
    expect(ids.live('"2026-01-01T10:05:30.123Z"')).toBe('"2026-01-02T10:05:30.123Z"');
    expect(ids.live('"2025-01-01T00:00:00Z"')).toBe('"2025-01-01T00:00:00Z"');
  });

  test('an id that came out differently is replaced wherever it stands', () => {
    const ids = new Ids(span, now);
    const [then, live] = ['srv_01k9zv6a4hej8vdkt2m5r3b7wq', 'srv_01k9zv6a4hej8vdkt2m5r3b7zz'];
    ids.learn({ server: { id: then, name: 'Demo' } }, { server: { id: live, name: 'Other' } });
    expect(ids.live(`${then}/compute Demo`)).toBe(`${live}/compute Demo`);
  });
});
