import { beforeAll, describe, expect, test } from '@jest/globals';
import { UsageRecorded } from '@berth/contracts';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRecording } from '../../deploy/local/src/recorded/recording.ts';
import { messages } from './catalogue.ts';
import { usageExamples } from './examples.ts';
import { readFlow, servicesProgram, type Flow } from './flow.ts';
import { generated } from './generated.ts';
import { READ_OUTSIDE, SENT_FROM_OUTSIDE } from './outside.ts';
import { ROOT } from './program.ts';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** https://github.com/asyncapi/spec-json-schemas; it brings the schema of JSON Schema itself, which Ajv has as well. */
const officialSchema: object = JSON.parse(read('node_modules/@asyncapi/specs/schemas/3.0.0.json')) as object;
const isAsyncApi = new Ajv({
  strict: false,
  validateFormats: false,
  meta: false,
  validateSchema: false,
}).compile(officialSchema);

interface Document {
  components: { schemas: Record<string, object>; messages: Record<string, { payload: { $ref: string } }> };
  [part: string]: unknown;
}

let flow: Flow;
let files: Map<string, string>;
let document: Document;

beforeAll(async () => {
  const program = servicesProgram();
  flow = readFlow(program);
  files = await generated(program, flow);
  document = JSON.parse(files.get('docs/generated/asyncapi.json') ?? '') as Document;
}, 60_000);

test('what the documentation says about messages is what the code does: else `npm run generate`', () => {
  const stale = [...files].filter(([path, text]) => read(path) !== text).map(([path]) => path);
  expect(stale).toEqual([]);
});

describe('who says what to whom', () => {
  test('every message is sent by a service, but those sent from outside', () => {
    const sent = new Set(flow.sendings.map(({ message }) => message.name));
    expect(messages.map(({ name }) => name).filter((name) => !sent.has(name))).toEqual(
      Object.keys(SENT_FROM_OUTSIDE),
    );
  });

  test('every message is handled by a service, but those for the outside', () => {
    const handled = new Set(flow.handlings.map(({ message }) => message.name));
    expect(messages.map(({ name }) => name).filter((name) => !handled.has(name))).toEqual(
      Object.keys(READ_OUTSIDE),
    );
  });

  test('commands and requests are handled by their owner, and by nobody else', () => {
    const misplaced = flow.handlings.filter(
      ({ message: { contract }, service }) => contract.kind !== 'event' && contract.service !== service,
    );
    expect(misplaced).toEqual([]);
  });

  test('what a function hands on counts for who calls it', () => {
    // The gateway's `bus.order(LaunchServer, …)` is the one who calls `requests.ask`.
    expect(flow.sendings).toContainEqual(
      expect.objectContaining({
        service: 'gateway',
        message: expect.objectContaining({ name: 'LaunchServer' }),
      }),
    );
  });

  test('what a lib does counts for every service that uses it', () => {
    const senders = flow.sendings.filter(({ message }) => message.name === 'SendCatalog');
    expect(senders.map(({ service }) => service)).toEqual(['provisioning', 'state-tracking', 'billing']);
  });
});

describe('what a demo run said', () => {
  const { said } = readRecording();

  test('was said by who says it in the code', () => {
    const known = new Set(
      flow.sendings.map(({ service, message }) => `${service}: ${message.contract.type}`),
    );
    const unknown = said.map(({ from, type }) => `${from}: ${type}`).filter((each) => !known.has(each));
    expect(unknown).toEqual([]);
  });

  test('is as the AsyncAPI document describes it', () => {
    const ajv = addFormats.default(new Ajv({ strict: false })).addSchema({ ...document, $id: 'asyncapi' });
    const wrong = (message: string, body: unknown) => {
      const { $ref } = document.components.messages[message]?.payload ?? { $ref: '' };
      return ajv.validate({ $ref: `asyncapi${$ref}` }, body) ? [] : [{ message, errors: ajv.errors }];
    };
    const failures = said.flatMap(({ type, body, answer }) => {
      const name = messages.find(({ contract }) => contract.type === type)?.name ?? type;
      return [
        ...wrong(name, body),
        ...(answer ? wrong(answer.outcome === 'problem' ? 'Problem' : `${name}Answer`, answer.body) : []),
      ];
    });
    expect(failures).toEqual([]);
  });
});

describe('the AsyncAPI document', () => {
  test('is one, by the official schema', () => {
    expect(isAsyncApi(document) ? [] : isAsyncApi.errors).toEqual([]);
    expect(isAsyncApi({ ...document, channels: { broken: { adress: 'no such key' } } })).toBe(false);
  });

  test('points to nothing that is not there', () => {
    const pointers = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(
      ([, path = '']) => path,
    );
    const missing = pointers.filter(
      (path) =>
        path
          .split('/')
          .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document) ===
        undefined,
    );
    expect(pointers.length).toBeGreaterThan(100);
    expect(missing).toEqual([]);
  });

  test('says of every message what it is', () => {
    const silent = Object.entries(document.components.messages)
      .filter(([name, message]) => messages.some((each) => each.name === name) && !('summary' in message))
      .map(([name]) => name);
    expect(silent).toEqual([]);
  });

  test.each(usageExamples)('gives an example of usage that is one: $name', ({ payload }) => {
    expect(UsageRecorded.schema.parse(payload)).toEqual(payload);
  });
});
