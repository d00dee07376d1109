import { FAILURES, PROBLEMS } from '@berth/contracts';

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
    '# Failures',
    '',
    'An operation that has failed carries one of these codes in `error`, a server whose launch has failed in `failure`.',
    'Made from `FAILURES`.',
    '',
    '| code | meaning | what to do | `retry` takes it |',
    '| --- | --- | --- | --- |',
    ...Object.entries(FAILURES).map(
      ([code, { title, advice, retryable }]) =>
        `| \`${code}\` | ${title} | ${advice} | ${retryable ? 'yes' : 'no'} |`,
    ),
    '',
  ].join('\n');

if (import.meta.main) process.stdout.write(problemsMarkdown());
