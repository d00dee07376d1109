import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { accessMarkdown } from './access.markdown.ts';

test('the page of who may do what is the one in docs/generated; otherwise run npm run generate', () => {
  const file = new URL('../../../../docs/generated/access.md', import.meta.url);
  expect(readFileSync(file, 'utf8')).toBe(accessMarkdown());
});
