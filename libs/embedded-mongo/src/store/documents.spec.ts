import { expect, test } from '@jest/globals';
import { serialize } from 'bson';
import { DatabaseFile } from '../persistence/database-file.ts';
import { Documents } from './documents.ts';

const bytesOf = (_id: number) => serialize({ _id, text: 'x'.repeat(100) });

test('what was used last stays decoded; the rest is decoded anew when it is asked for', () => {
  const file = new DatabaseFile();
  for (let row = 1; row <= 20; row++) file.saveDocument(row, 1, bytesOf(row));
  const documents = new Documents(file, 10 * bytesOf(1).length);
  const first = documents.read(1);
  for (let row = 2; row <= 20; row++) {
    documents.read(row);
    expect(documents.read(1)).toBe(first);
  }
  for (let row = 2; row <= 20; row++) documents.read(row);
  expect(documents.read(1)).not.toBe(first);
  expect(documents.read(1)).toEqual(first);
  file.close();
});
