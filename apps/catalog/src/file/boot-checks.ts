import { dirname } from 'node:path/posix';
import { AGENT_CONFIG_PATH } from '@berth/contracts';
import type { ProductEntry } from './catalog-file.ts';
import { repeated, type Finding } from './finding.ts';

/** What a boot template may contain; provisioning fills it in for each server. */
const PLACEHOLDERS: readonly string[] = [
  'hostname',
  'serverName',
  'serverId',
  'version',
  'size',
  'region',
  'dataPath',
];
const NONE: readonly string[] = [];
/** EC2 takes 16 KiB of user data; the rest is for the agent and for the YAML around it all. */
const MAX_BOOT_BYTES = 6 * 1024;

/** Placeholders stand in the content of files and in commands; a path is taken as it is. */
export function* bootTemplateCanBeFilledIn({ boot }: ProductEntry, path: PropertyKey[]): Iterable<Finding> {
  const texts = [
    ...boot.files.map(({ path: text }, index) => ({ at: ['files', index, 'path'], text, known: NONE })),
    ...boot.files.map(({ content: text }, index) => ({
      at: ['files', index, 'content'],
      text,
      known: PLACEHOLDERS,
    })),
    ...boot.start.map((text, index) => ({ at: ['start', index], text, known: PLACEHOLDERS })),
  ];
  for (const { at, text, known } of texts) {
    for (const [whole, name = ''] of text.matchAll(/\{\{(.*?)\}\}/gs)) {
      if (known.includes(name.trim())) continue;
      const possible = known.map((placeholder) => `{{${placeholder}}}`).join(', ') || 'none';
      yield {
        path: [...path, 'boot', ...at],
        message: `${whole} is not a placeholder; here there are ${possible}`,
      };
    }
  }
}

/** A product writes each of its files once, and none of Berth's. */
export function* filesAreTheProducts({ boot }: ProductEntry, path: PropertyKey[]): Iterable<Finding> {
  const targets = boot.files.map((file) => file.path);
  yield* repeated([...path, 'boot', 'files'], targets);
  const own = `${dirname(AGENT_CONFIG_PATH)}/`;
  for (const [index, target] of targets.entries()) {
    if (!target.startsWith(own)) continue;
    yield { path: [...path, 'boot', 'files', index, 'path'], message: `${own} is Berth's own` };
  }
}

/** Files and commands together; counted in bytes of UTF-8, before placeholders are filled in. */
export function* bootTemplateFitsUserData({ boot }: ProductEntry, path: PropertyKey[]): Iterable<Finding> {
  const bytes = Buffer.byteLength([...boot.files.map(({ content }) => content), ...boot.start].join('\n'));
  if (bytes > MAX_BOOT_BYTES) {
    const message = `is ${bytes} bytes; what does not fit into ${MAX_BOOT_BYTES} belongs into the image`;
    yield { path: [...path, 'boot'], message };
  }
}
