import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { METRICS, metricRow, type MetricName } from './metric-table.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** The cells of every row of the README's table of metrics. */
const shown = [...readme.matchAll(/^\| `([a-z0-9.]+)` .*\|$/gm)]
  .map(([row]) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
  .filter(([name = '']) => Object.hasOwn(METRICS, name.replaceAll('`', '')));

test('the table in the README is that of the code', () => {
  const rows = (Object.keys(METRICS) as MetricName[]).map((name) => {
    const { kind, unit, text, attributes } = metricRow(name);
    return [`\`${name}\``, kind, unit, attributes.join(', '), text];
  });
  expect(shown).toEqual(rows);
});
