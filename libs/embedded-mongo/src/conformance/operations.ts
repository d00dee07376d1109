import type { ClientSession, Db, MongoClient } from 'mongodb';
import { type AnyCollection, createEntities, driverOptions, type TestRun } from './entities.ts';
import { expectOutcome } from './expectations.ts';
import { type Json, Mismatch, type Operation } from './format.ts';

/** What operations need besides the test's own entities. */
export interface Runner {
  uri: string;
  admin: MongoClient;
}

/** Runs one operation and checks its result or error; returns an expected error. */
export async function runOperation(operation: Operation, run: TestRun, runner: Runner): Promise<unknown> {
  let outcome: { result: unknown } | { error: unknown };
  try {
    outcome = { result: await perform(operation, run, runner) };
  } catch (error) {
    if (error instanceof Mismatch) throw error;
    outcome = { error };
  }
  expectOutcome(operation, outcome, run.entities);
  if ('error' in outcome) return outcome.error;
  if (operation.saveResultAsEntity) run.entities[operation.saveResultAsEntity] = outcome.result;
  return undefined;
}

async function perform(operation: Operation, run: TestRun, runner: Runner): Promise<unknown> {
  const options = argumentsFor(operation.arguments, run);
  if (operation.object === 'testRunner') return onRunner(operation, options, run, runner);
  const target = run.entities[operation.object];
  if (operation.name === 'clientBulkWrite') return clientBulkWrite(target as MongoClient, options);
  if (target && typeof target === 'object' && 'startTransaction' in target) {
    return onSession(target as ClientSession, operation.name, options, run, runner);
  }
  if (target && typeof target === 'object' && 'collectionName' in target) {
    return onCollection(target as AnyCollection, operation.name, options);
  }
  return onDatabase(target as Db, operation.name, options);
}

function argumentsFor(raw: Json | undefined, run: TestRun): Json {
  const options = driverOptions(raw);
  if (typeof options.session === 'string') options.session = run.entities[options.session];
  if (typeof options.returnDocument === 'string')
    options.returnDocument = options.returnDocument.toLowerCase();
  return options;
}

function clientBulkWrite(client: MongoClient, { models, ...options }: Json) {
  const named = (models as Json[]).map((model) => {
    const [[name, body]] = Object.entries(model) as [[string, Json]];
    return { name, ...body };
  });
  return client.bulkWrite(named as never, options);
}

async function onCollection(collection: AnyCollection, name: string, given: Json): Promise<unknown> {
  const {
    filter = {},
    update,
    document,
    documents,
    replacement,
    pipeline,
    requests,
    fieldName,
    keys,
    ...options
  } = given;
  const where = filter as Json;
  switch (name) {
    case 'find':
      return collection.find(where, options).toArray();
    case 'findOne':
      return collection.findOne(where, options);
    case 'aggregate':
      return collection.aggregate(pipeline as Json[], options).toArray();
    case 'countDocuments':
      return collection.countDocuments(where, options);
    case 'estimatedDocumentCount':
      return collection.estimatedDocumentCount(options);
    case 'count':
      return collection.count(where, options);
    case 'distinct':
      return collection.distinct(String(fieldName), where, options);
    case 'insertOne':
      return collection.insertOne(document as Json, options);
    case 'insertMany':
      return collection.insertMany(documents as Json[], options);
    case 'updateOne':
      return collection.updateOne(where, update as Json, options);
    case 'updateMany':
      return collection.updateMany(where, update as Json, options);
    case 'replaceOne':
      return collection.replaceOne(where, replacement as Json, options);
    case 'deleteOne':
      return collection.deleteOne(where, options);
    case 'deleteMany':
      return collection.deleteMany(where, options);
    case 'findOneAndUpdate':
      return collection.findOneAndUpdate(where, update as Json, options);
    case 'findOneAndReplace':
      return collection.findOneAndReplace(where, replacement as Json, options);
    case 'findOneAndDelete':
      return collection.findOneAndDelete(where, options);
    case 'bulkWrite':
      return collection.bulkWrite(requests as never, options);
    case 'createIndex':
      return collection.createIndex(keys as never, options);
  }
  throw new Error(`the runner does not know ${name} on a collection`);
}

async function onDatabase(database: Db, name: string, { pipeline, collection, command, ...options }: Json) {
  switch (name) {
    case 'aggregate':
      return database.aggregate(pipeline as Json[], options).toArray();
    case 'createCollection':
      return database.createCollection(String(collection), options);
    case 'dropCollection':
      return database.dropCollection(String(collection), options);
    case 'modifyCollection':
      return database.command({ collMod: collection, ...options });
    case 'runCommand':
      return database.command(command as Json, without(options, 'commandName'));
  }
  throw new Error(`the runner does not know ${name} on a database`);
}

function without(options: Json, name: string): Json {
  return Object.fromEntries(Object.entries(options).filter(([key]) => key !== name));
}

async function onSession(session: ClientSession, name: string, given: Json, run: TestRun, runner: Runner) {
  const { callback, ...options } = given;
  switch (name) {
    case 'startTransaction':
      return session.startTransaction(options);
    case 'commitTransaction':
      return session.commitTransaction();
    case 'abortTransaction':
      return session.abortTransaction();
    case 'endSession':
      return session.endSession();
    case 'withTransaction':
      return session.withTransaction(async () => {
        for (const operation of callback as Operation[]) {
          const error = await runOperation(operation, run, runner);
          if (error) throw error; // withTransaction must see the errors of its callback, expected or not.
        }
      }, options);
  }
  throw new Error(`the runner does not know ${name} on a session`);
}

async function onRunner(
  { name }: Operation,
  options: Json,
  run: TestRun,
  { admin, uri }: Runner,
): Promise<unknown> {
  const { databaseName, collectionName, indexName } = options;
  const database = admin.db(String(databaseName ?? 'admin'));
  switch (name) {
    case 'failPoint':
    case 'targetedFailPoint':
      return admin.db('admin').command(options.failPoint as Json);
    case 'createEntities':
      return createEntities(run, uri, options.entities as Json[]);
    case 'assertCollectionExists':
    case 'assertCollectionNotExists': {
      const found = await database.listCollections({ name: String(collectionName) }).toArray();
      return assertExists(name, found.length > 0);
    }
    case 'assertIndexExists':
    case 'assertIndexNotExists': {
      const indexes = await database
        .collection(String(collectionName))
        .indexes()
        .catch(() => []);
      return assertExists(
        name,
        indexes.some((index) => index.name === indexName),
      );
    }
    case 'assertSessionTransactionState':
      return assertState(options.session as ClientSession, String(options.state));
    case 'assertSessionPinned':
    case 'assertSessionUnpinned':
      return undefined; // Pinning is between drivers and sharded clusters.
  }
  throw new Error(`the runner does not know ${name}`);
}

function assertExists(name: string, exists: boolean): void {
  if (exists === name.includes('Not')) throw new Mismatch(`${name} does not hold`);
}

function assertState(session: ClientSession, expected: string): void {
  const state = String((session as unknown as { transaction: { state: string } }).transaction.state);
  const inProgress = expected === 'in_progress' ? 'TRANSACTION_IN_PROGRESS' : expected.toUpperCase();
  if (!state.includes(inProgress)) throw new Mismatch(`the transaction is ${state}, not ${expected}`);
}
