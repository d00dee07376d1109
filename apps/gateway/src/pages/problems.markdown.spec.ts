import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { problemsMarkdown } from './problems.markdown.ts';

test('the page of problems is the one in docs/generated; otherwise run npm run generate', () => {
  const file = new URL('../../../../docs/generated/problems.md', import.meta.url);
  expect(readFileSync(file, 'utf8')).toBe(problemsMarkdown());
});
