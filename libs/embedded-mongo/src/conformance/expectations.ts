import { MongoServerError } from 'mongodb';
import type { CommandEvent, TestRun } from './entities.ts';
import {
  type Entities,
  type ExpectedError,
  isRecord,
  type Json,
  Mismatch,
  type Operation,
  type TestCase,
} from './format.ts';
import { match } from './match.ts';

/** Checks an operation's result or error against what the test says. */
export function expectOutcome(
  operation: Operation,
  outcome: { result: unknown } | { error: unknown },
  entities: Entities,
): void {
  const { name, expectError, expectResult } = operation;
  if (operation.ignoreResultAndError) return;
  if (expectError) {
    if ('result' in outcome) throw new Mismatch(`${name}: expected an error`);
    return matchError(name, outcome.error, expectError, entities);
  }
  if ('error' in outcome) throw outcome.error;
  if (expectResult === undefined) return;
  match(comparable(outcome.result ?? null, expectResult), expectResult, entities, true, name);
}

/** Results of writes are objects of the driver with getters and maps; `bulkWrite` leaves out empty maps. */
function comparable(result: unknown, expected: unknown): unknown {
  if (typeof result !== 'object' || result === null || Array.isArray(result) || '_bsontype' in result)
    return result;
  if (!('acknowledged' in result || 'insertedCount' in result)) return result;
  const names = isRecord(expected) ? Object.keys(expected) : [];
  return Object.fromEntries(
    names.filter((name) => !name.startsWith('$$')).map((name) => [name, (result as Json)[name]]),
  );
}

interface DriverError {
  message: string;
  code?: number;
  codeName?: string;
  hasErrorLabel?: (label: string) => boolean;
  result?: unknown;
  partialResult?: unknown;
  errorResponse?: Json;
  writeErrors?: { code: number }[];
}

function matchError(name: string, thrown: unknown, expected: ExpectedError, entities: Entities): void {
  if (!(thrown instanceof Error)) throw new Mismatch(`${name}: threw no error`);
  const error: DriverError = thrown;
  const fail = (what: string): never => {
    throw new Mismatch(`${name}: ${what} (${error.message})`);
  };
  const code = error.code ?? error.writeErrors?.[0]?.code;
  if (expected.errorCode !== undefined && code !== expected.errorCode)
    fail(`code ${code} is not ${expected.errorCode}`);
  const codeName = error.codeName ?? error.errorResponse?.codeName;
  if (expected.errorCodeName !== undefined && codeName !== expected.errorCodeName)
    fail(`codeName is ${String(codeName)}`);
  if (expected.errorContains && !error.message.toLowerCase().includes(expected.errorContains.toLowerCase())) {
    fail(`does not contain '${expected.errorContains}'`);
  }
  const isServerError = thrown instanceof MongoServerError || thrown.name.includes('BulkWrite');
  if (expected.isClientError === isServerError) fail('came from the wrong side');
  for (const label of expected.errorLabelsContain ?? [])
    if (!error.hasErrorLabel?.(label)) fail(`label ${label} is missing`);
  for (const label of expected.errorLabelsOmit ?? [])
    if (error.hasErrorLabel?.(label)) fail(`label ${label} is there`);
  if (expected.expectResult !== undefined) {
    const result = error.result ?? error.partialResult ?? {};
    match(comparable(result, expected.expectResult), expected.expectResult, entities, true, name);
  }
  if (expected.errorResponse !== undefined)
    match(error.errorResponse ?? error, expected.errorResponse, entities, true, name);
}

/** Checks the commands each client was seen sending. */
export function expectEvents(test: TestCase, run: TestRun): void {
  for (const { client, eventType = 'command', ignoreExtraEvents, events } of test.expectEvents ?? []) {
    if (eventType !== 'command') continue;
    const seen = run.events[client] ?? [];
    if (seen.length < events.length || (seen.length > events.length && !ignoreExtraEvents)) {
      throw new Mismatch(
        `expected ${events.length} events, saw ${seen.map(({ commandName }) => commandName).join()}`,
      );
    }
    events.forEach((event, index) => expectEvent(event, seen[index], run, `event ${index}`));
  }
}

function expectEvent(event: Json, seen: CommandEvent | undefined, run: TestRun, at: string): void {
  const [[type, expected]] = Object.entries(event) as [[string, Json]];
  if (seen?.type !== type) throw new Mismatch(`${at} is ${String(seen?.type)}, not ${type}`);
  if (expected.commandName !== undefined)
    match(seen.commandName, expected.commandName, run.entities, false, at);
  if (expected.command !== undefined) {
    const command = withoutDriverTimeout(seen.command, expected.command);
    match(command, expected.command, run.entities, true, `${at}.command`);
  }
  if (expected.reply !== undefined) match(seen.reply, expected.reply, run.entities, true, `${at}.reply`);
}

/** Driver 7 sends `wtimeout: 10000` with every commit and abort that has a write concern; the tests want it on retries only. */
function withoutDriverTimeout(command: unknown, expected: unknown): unknown {
  const wanted = isRecord(expected) && isRecord(expected.writeConcern) ? expected.writeConcern : undefined;
  if (!wanted || 'wtimeout' in wanted || !isRecord(command) || !isRecord(command.writeConcern))
    return command;
  const { wtimeout: _, ...writeConcern } = command.writeConcern;
  return { ...command, writeConcern };
}
