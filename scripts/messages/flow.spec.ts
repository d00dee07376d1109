import { describe, expect, test } from '@jest/globals';
import { SERVER_EVENTS } from '@berth/contracts';
import { join } from 'node:path';
import { readFlow, servicesProgram } from './flow.ts';

/** The flow of a service whose main is this fixture. */
function flowOf(fixture: string) {
  const main = join(import.meta.dirname, 'fixtures', fixture);
  return readFlow(servicesProgram([main]), new Map([['dns', main]]));
}

describe('what is read from the code', () => {
  const { sendings, handlings } = flowOf('handed-on.ts');

  test('a message is sent that reaches the bus, also through functions that hand it on', () => {
    expect(sendings.map(({ message }) => message.name)).toEqual(['AccountChanged', 'GetServer', 'SetRecord']);
  });

  test('a message is handled that stands in a decorator, also out of a table of messages', () => {
    const events = handlings.filter(
      ({ broadcast, message }) => !broadcast && message.contract.kind === 'event',
    );
    const others = Object.keys(SERVER_EVENTS).filter((status) => status !== 'running');
    expect(events).toHaveLength(others.length);
    expect(events.map(({ message }) => message.name)).not.toContain('ServerRunning');
    expect(new Set(events.map(({ why }) => why))).toEqual(new Set(['Whenever a server changes.']));
  });

  test('a broadcast is heard by every replica', () => {
    const heard = handlings.filter(({ broadcast }) => broadcast).map(({ message }) => message.name);
    expect(heard).toEqual(['RecordInSync', 'ServerRunning']);
  });
});

describe('what cannot be read is refused', () => {
  test('a message that is mentioned and neither sent nor handled', () => {
    expect(() => flowOf('unexplained.ts')).toThrow(
      /neither sending nor handling it: scripts\/messages\/fixtures\/unexplained\.ts:3/,
    );
  });

  test('a call that sends who knows what', () => {
    expect(() => flowOf('unclear.ts')).toThrow(
      /can't be told which message this is: pick\(\) at .*unclear\.ts:4/,
    );
  });
});
