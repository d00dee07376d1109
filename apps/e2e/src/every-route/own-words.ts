import type { Operation } from './document.ts';

const TRAIL = ['listAuditEvents', 'exportAuditEvents', 'exportAccount'];
/** A line of CSV about what came to nothing. */
const IN_VAIN = /,(?:refused|denied|failed|unknown),/;

/**
 * The text of an answer without what whoever asks has said themselves: in their own audit trail stands, with what came to nothing, what
 * they asked it about, and that may be the id of what is another's.
 */
export function withoutOwnWords({ id }: Operation, text: string): string {
  if (!TRAIL.includes(id)) return text;
  if (!/^[[{]/.test(text))
    return text
      .split('\n')
      .filter((line) => !IN_VAIN.test(line))
      .join('\n');
  return JSON.stringify(JSON.parse(text), (_, value: unknown) =>
    isAskedInVain(value) ? { ...value, target: null, changes: null } : value,
  );
}

const isAskedInVain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && 'outcome' in value && value.outcome !== 'done';
