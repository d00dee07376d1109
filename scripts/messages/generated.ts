import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asyncApi } from './asyncapi.ts';
import { Docs } from './docs.ts';
import { readFlow, servicesProgram } from './flow.ts';
import { ROOT } from './program.ts';

/** What the documentation says about messages: the text of each file, by its path from the root of the repository. */
export async function generated(): Promise<Map<string, string>> {
  const program = servicesProgram();
  const flow = readFlow(program);
  const docs = new Docs(program);
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  return new Map([
    ['docs/generated/asyncapi.json', `${JSON.stringify(asyncApi(flow, docs, version), null, 2)}\n`],
  ]);
}
