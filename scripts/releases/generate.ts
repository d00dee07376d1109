import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contractsOfToday, RELEASES, textOf } from './files.ts';

/** `npm run release-contracts`: keeps what this version promises; from then on changes are compared with it. */
const contracts = contractsOfToday();
const file = join(RELEASES, `${contracts.release}.json`);
if (existsSync(file))
  throw new Error(`${contracts.release} is out already: raise the version in package.json`);
writeFileSync(file, textOf(contracts));
process.stdout.write(`libs/contracts/releases/${contracts.release}.json\n`);
