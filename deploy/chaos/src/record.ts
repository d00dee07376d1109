import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const DOCUMENT = join(import.meta.dirname, '../../../docs/chaos.md');
const BEGIN = '<!-- npm run chaos -- --record writes this -->';
const END = '<!-- end of the record -->';

/** Puts the text between the markers of docs/chaos.md; what else stands there stays. */
export function record(text: string): void {
  const document = existsSync(DOCUMENT) ? readFileSync(DOCUMENT, 'utf8') : `# Chaos\n\n${BEGIN}\n${END}\n`;
  const [before, rest = ''] = document.split(BEGIN);
  const [, after = ''] = rest.split(END);
  writeFileSync(DOCUMENT, `${before}${BEGIN}\n\n${text.trim()}\n\n${END}${after}`);
}
