import { afterAll, describe, expect, test } from '@jest/globals';
import { globSync } from 'node:fs';
import { createConnection, type Schema } from 'mongoose';

const root = new URL('..', import.meta.url).pathname;

/** Models with an account in them that no customer's request is answered from, or not by their account; and why. */
const FOR_THE_SERVICE_ITSELF: Record<string, string> = {
  TrackedServer: 'state-tracking looks up the server that a report, a probe or a message is of',
  Fact: 'billing settles a server by its transitions; usage and costs are read from records and intervals',
  Orphan: 'only staff see orphans, and theirs is the list of all',
  ReconciledServer: 'only staff compare the servers of all accounts with what AWS charges',
  Hostname: 'a name is free or taken for everybody; whose it is decides only what is answered',
};

interface NamedModel {
  name: string;
  schema: Schema;
}

const files = globSync('{apps,libs}/*/src/**/*.model.ts', { cwd: root }).sort();
const exported = await Promise.all(
  files.map(async (file) => Object.values((await import(root + file)) as Record<string, unknown>)),
);
const models = exported
  .flat()
  .filter((each): each is NamedModel => Object(each).schema?.path !== undefined)
  .filter(({ schema }) => schema.path('accountId') !== undefined);

/** To no server: what is not refused before it is sent fails with another error than the one that is looked for. */
const connection = createConnection();
connection.set('bufferCommands', false);
afterAll(() => connection.close());

test('the models that hold something of an account are found', () => {
  expect(models.length).toBeGreaterThan(10);
  expect(
    Object.keys(FOR_THE_SERVICE_ITSELF).filter((name) => !models.some((each) => each.name === name)),
  ).toEqual([]);
});

describe.each(models.filter(({ name }) => !(name in FOR_THE_SERVICE_ITSELF)))('$name', ({ name, schema }) => {
  const model = connection.model(name, schema, undefined, { overwriteModels: true });

  test('cannot be asked for without an account', async () => {
    for (const query of [
      model.find({}),
      model.findOne({ _id: 'x' }),
      model.updateMany({}, { $set: { version: 1 } }),
      model.deleteMany({}),
      model.countDocuments({}),
      model.aggregate([{ $sort: { _id: 1 } }]),
    ]) {
      await expect(query.exec()).rejects.toThrow(`A query on ${name} carries no accountId`);
    }
  });
});
