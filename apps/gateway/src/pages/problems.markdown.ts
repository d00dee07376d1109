import { PROBLEMS } from '@berth/contracts';

/** docs/generated/problems.md: every code of the API, what it means and what to do about it. */
export const problemsMarkdown = (): string =>
  [
    '# Problems',
    '',
    'Every failure of the API is `application/problem+json` ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)) with one',
    'of these codes. Made from `PROBLEMS` in libs/contracts by `npm run generate`.',
    '',
    '| code | status | meaning | what to do |',
    '| --- | --- | --- | --- |',
    ...Object.entries(PROBLEMS).map(
      ([code, { status, title, advice }]) => `| \`${code}\` | ${status} | ${title} | ${advice} |`,
    ),
    '',
  ].join('\n');

if (import.meta.main) process.stdout.write(problemsMarkdown());
