import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SERVICE_NAMES } from '@berth/contracts';
import { format, resolveConfig } from 'prettier';
import { asyncApi } from './asyncapi.ts';
import { Docs } from './docs.ts';
import type { Flow } from './flow.ts';
import { picture } from './picture.ts';
import { ROOT, type Program } from './program.ts';
import { rights } from './rights.ts';
import { messageTables } from './tables.ts';

/** What the documentation says about messages: the text of each file, by its path from the root of the repository. */
export async function generated(program: Program, flow: Flow): Promise<Map<string, string>> {
  const docs = new Docs(program);
  const { version } = JSON.parse(read('package.json')) as { version: string };
  const files = new Map([
    ['docs/generated/asyncapi.json', `${JSON.stringify(asyncApi(flow, docs, version), null, 2)}\n`],
    ['deploy/topology/rabbitmq.json', `${JSON.stringify(rights(flow), null, 2)}\n`],
    ['docs/architecture.md', await withPart('docs/architecture.md', 'who talks to whom', picture(flow))],
  ]);
  for (const service of SERVICE_NAMES) {
    const readme = `apps/${service}/README.md`;
    if (existsSync(join(ROOT, readme)))
      files.set(readme, await withPart(readme, 'messages', messageTables(service, flow, docs)));
  }
  return files;
}

/** The file with what stands between `<!-- generated: part -->` and `<!-- /generated -->` replaced, formatted as all files are. */
async function withPart(path: string, part: string, text: string): Promise<string> {
  const begin = `<!-- generated: ${part} -->`;
  const end = '<!-- /generated -->';
  const [before, rest] = read(path).split(begin);
  const after = rest?.slice(rest.indexOf(end));
  if (!after?.startsWith(end)) throw new Error(`${path} has no ${begin} … ${end}`);
  const file = join(ROOT, path);
  return format([before, begin, '\n\n', text, '\n\n', after].join(''), {
    ...(await resolveConfig(file)),
    filepath: file,
  });
}

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
