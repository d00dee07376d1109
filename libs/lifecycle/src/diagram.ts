import type { Aggregate } from './aggregate.ts';
import { stateOf } from './check.ts';
import type { AnyLifecycle, Destination, Row, Span, Way } from './table.ts';
import { isFirstOf, isResting } from './table.ts';

/** The lifecycle as a Markdown page: a mermaid state diagram and the table, both from the object that runs. */
export function lifecyclePage<Doc extends Aggregate<State>, State extends string>(
  title: string,
  lifecycle: AnyLifecycle<Doc, State>,
): string {
  const rows: [string, Row<Doc, State>][] = Object.entries(lifecycle.states);
  return [
    `# ${title}`,
    'Made from the lifecycle table; run `npm run generate` after changing it.',
    '```mermaid',
    'stateDiagram-v2',
    `  [*] --> ${lifecycle.initial}`,
    ...rows.flatMap(([name, row]) => arrows(name, row)),
    '```',
    '',
    '| state | compute billed | steps (effect) until fact | then | leads out at any time | at most | when late |',
    '|---|---|---|---|---|---|---|',
    ...rows.map(([name, row]) => `| ${[`\`${name}\``, ...cells(row)].join(' | ')} |`),
    '',
  ].join('\n');
}

function arrows<Doc>(from: string, row: Row<Doc, string>): string[] {
  const arrow = (to: Destination<string>, label: string) => `  ${from} --> ${stateOf(to)}: ${label}`;
  const ofWay = (way: Way<string, string> | undefined, label: string) =>
    way === undefined
      ? []
      : isFirstOf(way)
        ? [
            ...pairs(way.firstOf).map(([name, to]) => arrow(to, `${label}, ${name}`)),
            arrow(way.otherwise, `${label}, otherwise`),
          ]
        : [arrow(way, label)];
  const end = isResting(row) && pairs(row.on ?? {}).length === 0 ? [`  ${from} --> [*]`] : [];
  return [
    ...ofWay(row.then, 'done'),
    ...pairs(row.on ?? {}).map(([name, to]) => arrow(to, name)),
    ...(row.late === 'stuck' ? [] : ofWay(row.late, 'late')),
    ...end,
  ];
}

function cells<Doc>(row: Row<Doc, string>): string[] {
  const steps = (row.steps ?? []).map(
    ({ name, do: effect, until }) => `${name}${effect ? ` (${effect})` : ''} until ${until}`,
  );
  return [
    typeof row.computeBilled === 'boolean'
      ? row.computeBilled
        ? 'yes'
        : 'no'
      : `only ${row.computeBilled.join(', ')}`,
    steps.join('<br>'),
    row.then === undefined ? 'rests' : wayText(row.then),
    pairs(row.on ?? {})
      .map(([name, to]) => `${name} → ${destinationText(to)}`)
      .join('<br>'),
    spanText(row.within),
    row.late === undefined ? '' : row.late === 'stuck' ? 'goes on, shown as stuck' : wayText(row.late),
  ];
}

const pairs = (record: Partial<Record<string, Destination<string>>>): [string, Destination<string>][] =>
  Object.entries(record).filter((pair): pair is [string, Destination<string>] => pair[1] !== undefined);

const destinationText = (to: Destination<string>) =>
  typeof to === 'string' ? `\`${to}\`` : `\`${to.to}\` (${to.reason})`;

function wayText(way: Way<string, string>): string {
  if (!isFirstOf(way)) return destinationText(way);
  const guarded = pairs(way.firstOf).map(([name, to]) => `${name} → ${destinationText(to)}`);
  return [...guarded, `otherwise ${destinationText(way.otherwise)}`].join('<br>');
}

function spanText<Doc>(span: Span<Doc> | undefined): string {
  if (span === undefined) return '';
  if (typeof span !== 'number') return span.text;
  return span % 3600 === 0 ? `${span / 3600} h` : span % 60 === 0 ? `${span / 60} min` : `${span} s`;
}
