import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../messages/program.ts';
import { contractsOf, type Contracts } from './contracts.ts';

export const RELEASES = join(ROOT, 'libs/contracts/releases');

const json = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as never;

/** What the code of today promises, as `npm run generate` has written it down. */
export function contractsOfToday(): Contracts {
  const { version } = json(join(ROOT, 'package.json')) as { version: string };
  const generated = (file: string) => json(join(ROOT, 'docs/generated', file));
  return contractsOf(version, generated('asyncapi.json'), generated('openapi.json'));
}

/** What the last release promised. */
export function contractsOfLastRelease(): Contracts {
  const parts = (file: string) => file.replace('.json', '').split('.').map(Number);
  const newest = readdirSync(RELEASES).sort((a, b) => {
    const [one, other] = [parts(a), parts(b)];
    const at = one.findIndex((part, index) => part !== other[index]);
    return (one[at] ?? 0) - (other[at] ?? 0);
  });
  const last = newest.at(-1);
  if (!last) throw new Error(`There is no release in ${RELEASES}`);
  return json(join(RELEASES, last)) as Contracts;
}

/** A message or route a line, so that a diff can be read. */
export function textOf({ release, messages, routes }: Contracts): string {
  const lines = (part: object) =>
    Object.entries(part)
      .map(([name, each]) => `  ${JSON.stringify(name)}: ${JSON.stringify(each)}`)
      .join(',\n');
  return `{\n "release": ${JSON.stringify(release)},\n "messages": {\n${lines(messages)}\n },\n "routes": {\n${lines(routes)}\n }\n}\n`;
}
