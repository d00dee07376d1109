import { expect, test } from '@jest/globals';
import { auditEvent } from '../fixtures/samples.ts';
import { csvHead, csvLineOf } from './csv.ts';

const withName = (name: string) => csvLineOf({ ...auditEvent, actor: { ...auditEvent.actor, name } });

test('every line has a cell for every column', () => {
  const columns = csvHead().trimEnd().split(',');
  expect(columns).toContain('actorName');
  expect(
    csvLineOf({ ...auditEvent, changes: null, target: null })
      .trimEnd()
      .split(','),
  ).toHaveLength(columns.length);
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])('%j is no formula', (name) => {
  expect(withName(name)).toMatch(/,"?'[=+\-@\t\r]/);
});

test('a formula is none behind quotes and separators either', () => {
  expect(withName('=HYPERLINK("http://evil.example","click")')).toContain(
    `,"'=HYPERLINK(""http://evil.example"",""click"")",`,
  );
});

test('what separates cells and lines does not within one', () => {
  expect(withName('Lovelace, "Ada"\n')).toContain(',"Lovelace, ""Ada""\n",');
  expect(csvLineOf(auditEvent)).toContain(`,"{""name"":""Orders""}",`);
});
