import { dirname } from 'node:path/posix';
import { AGENT_CONFIG_PATH } from '@berth/contracts';
import type { ProductEntry } from './catalog-file.ts';
import { repeated, type Finding } from './finding.ts';

/** What a boot template may contain; provisioning fills it in for each server. */
const PLACEHOLDERS = ['hostname', 'serverName', 'serverId', 'version', 'size', 'region', 'dataPath'];
/** The customer's own words: harmless in a file, an injection in a command. */
const FREE_TEXT = 'serverName';
/** EC2 takes 16 KiB of user data; the other half is for the agent and for what cloud-init needs. */
const MAX_BOOT_BYTES = 8 * 1024;

export function* bootTemplateCanBeFilledIn({ boot }: ProductEntry, path: PropertyKey[]): Iterable<Finding> {
  const texts = [
    ...boot.files.map(({ path: text }, index) => ({ at: ['files', index, 'path'], text, freeText: false })),
    ...boot.files.map(({ content: text }, index) => ({
      at: ['files', index, 'content'],
      text,
      freeText: true,
    })),
    ...boot.start.map((text, index) => ({ at: ['start', index], text, freeText: false })),
  ];
  for (const { at, text, freeText } of texts) {
    for (const [whole, name = ''] of text.matchAll(/\{\{(.*?)\}\}/gs)) {
      const where = [...path, 'boot', ...at];
      if (!PLACEHOLDERS.includes(name)) {
        const known = PLACEHOLDERS.map((placeholder) => `{{${placeholder}}}`).join(', ');
        yield { path: where, message: `${whole} is not a placeholder; there are ${known}` };
      } else if (name === FREE_TEXT && !freeText) {
        yield {
          path: where,
          message: `${whole} is free text of the customer's: only the content of a file may hold it`,
        };
      }
    }
  }
}

/** Files are written before the data disk is mounted, which would hide them, and must leave the agent's own alone. */
export function* filesStayVisible({ boot }: ProductEntry, path: PropertyKey[]): Iterable<Finding> {
  const targets = boot.files.map((file) => file.path);
  yield* repeated([...path, 'boot', 'files'], targets);
  for (const [index, target] of targets.entries()) {
    const at = [...path, 'boot', 'files', index, 'path'];
    if (isWithin(boot.dataPath, target))
      yield { path: at, message: `would be hidden by the data disk at ${boot.dataPath}` };
    if (isWithin(dirname(AGENT_CONFIG_PATH), target))
      yield { path: at, message: `${dirname(AGENT_CONFIG_PATH)} is Berth's own` };
  }
}

export function* bootTemplateFitsUserData({ boot }: ProductEntry, path: PropertyKey[]): Iterable<Finding> {
  const bytes = Buffer.byteLength([...boot.files.map(({ content }) => content), ...boot.start].join('\n'));
  if (bytes > MAX_BOOT_BYTES) {
    const message = `is ${bytes} bytes; what does not fit into ${MAX_BOOT_BYTES} belongs into the image`;
    yield { path: [...path, 'boot'], message };
  }
}

const isWithin = (folder: string, target: string) =>
  `${target}/`.startsWith(`${folder.replace(/\/+$/, '')}/`);
