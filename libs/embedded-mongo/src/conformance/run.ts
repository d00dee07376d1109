import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { EJSON } from 'bson';
import { MongoClient } from 'mongodb';
import { EmbeddedMongo } from '../embedded-mongo.ts';
import { createEntities, type TestRun } from './entities.ts';
import { expectEvents } from './expectations.ts';
import type { CollectionData, TestCase, TestFile } from './format.ts';
import { match } from './match.ts';
import { type Runner, runOperation } from './operations.ts';
import { knownFailure, notRunnable } from './skips.ts';

/**
 * Runs MongoDB's unified specification tests against an embedded database:
 *
 *     node src/conformance/run.ts FOLDER [--only TEXT]
 *
 * FOLDER is a checkout of github.com/mongodb/specifications or a copy of its `source/`. Ends with 1 when a test that
 * is not on the skip list fails.
 */
const suites = ['crud', 'retryable-writes', 'transactions', 'transactions-convenient-api'];
const testTimeoutMilliseconds = 15_000;

const { positionals, values } = parseArgs({ allowPositionals: true, options: { only: { type: 'string' } } });
const [folder] = positionals;
if (folder === undefined) throw new Error('usage: node src/conformance/run.ts FOLDER [--only TEXT]');

const mongo = await EmbeddedMongo.start({ failPoints: true });
const runner: Runner = { uri: mongo.uri, admin: await MongoClient.connect(mongo.uri) };
let failures = 0;
for (const suite of suites)
  failures += await runSuite(join(folder, 'source', suite, 'tests', 'unified'), suite);
await runner.admin.close();
await mongo.stop();
process.exitCode = failures > 0 ? 1 : 0;

async function runSuite(path: string, suite: string): Promise<number> {
  const skipped = new Map<string, number>();
  let passed = 0;
  let failed = 0;
  for (const file of readdirSync(path)
    .filter((name) => name.endsWith('.json'))
    .sort()) {
    const content = EJSON.parse(readFileSync(join(path, file), 'utf8'), { relaxed: true }) as TestFile;
    for (const test of content.tests) {
      const title = `${suite}/${file}: ${test.description}`;
      if (values.only && !title.includes(values.only)) continue;
      const obstacle = notRunnable(content, test);
      const excuse = obstacle ?? knownFailure(title);
      if (excuse) skipped.set(excuse, (skipped.get(excuse) ?? 0) + 1);
      if (obstacle) continue;
      const error = await runTest(content, test);
      if (!excuse && !error) passed++;
      else if (!excuse || !error) {
        failed++;
        console.log(`FAILED ${title}\n       ${error ?? 'is on the skip list but passes'}`);
      }
    }
  }
  const total = [...skipped.values()].reduce((sum, count) => sum + count, 0);
  console.log(`${suite}: ${passed + failed} run, ${passed} passed, ${failed} failed, ${total} skipped`);
  for (const [reason, count] of [...skipped].sort((a, b) => b[1] - a[1]))
    console.log(`  ${count} skipped: ${reason}`);
  return failed;
}

/** What went wrong, or null. */
async function runTest(file: TestFile, test: TestCase): Promise<string | null> {
  const run: TestRun = { entities: {}, clients: [], events: {} };
  try {
    await prepare(file.initialData ?? []);
    await createEntities(run, runner.uri, file.createEntities ?? []);
    const timeout = AbortSignal.timeout(testTimeoutMilliseconds);
    for (const operation of test.operations) {
      timeout.throwIfAborted();
      await runOperation(operation, run, runner);
    }
    expectEvents(test, run);
    await expectData(test.outcome ?? [], run);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    // Ends their sessions too, which aborts what a test left open.
    await Promise.all(run.clients.map((client) => client.close(true)));
  }
}

async function prepare(initialData: CollectionData[]): Promise<void> {
  const admin = runner.admin.db('admin');
  await admin.command({ configureFailPoint: 'failCommand', mode: 'off' });
  await admin.command({ configureFailPoint: 'onPrimaryTransactionalWrite', mode: 'off' });
  await admin.command({ killAllSessions: [] });
  for (const { databaseName, collectionName, documents } of initialData) {
    const database = runner.admin.db(databaseName);
    await database.dropCollection(collectionName);
    await database.createCollection(collectionName);
    if (documents.length) await database.collection(collectionName).insertMany(documents);
  }
}

async function expectData(outcome: CollectionData[], run: TestRun): Promise<void> {
  for (const { databaseName, collectionName, documents } of outcome) {
    const found = runner.admin.db(databaseName).collection(collectionName).find().sort({ _id: 1 });
    match(await found.toArray(), documents, run.entities, false, 'outcome');
  }
}
