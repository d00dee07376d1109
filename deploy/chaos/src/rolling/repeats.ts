import { readFileSync } from 'node:fs';

/** What services log when a message comes again that they have handled, or had to leave behind. */
const REPEATED = /was handled before/;
const LEFT_BEHIND = /handlers are left behind|stop has taken too long|stop has failed/;
const ERROR = /"level":("error"|"fatal"|50|60)\b/;

/** The lines of the logs that say so. */
export function linesOf(logs: readonly string[]): Record<'repeated' | 'leftBehind' | 'errors', string[]> {
  const lines = logs.flatMap((log) => readFileSync(log, 'utf8').split('\n'));
  return {
    repeated: lines.filter((line) => REPEATED.test(line)),
    leftBehind: lines.filter((line) => LEFT_BEHIND.test(line)),
    errors: lines.filter((line) => ERROR.test(line)),
  };
}
