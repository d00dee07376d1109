import type { TimelineEntry } from '@berth/contracts';
import type { ServerEvidence } from '../evidence/api.ts';

const LINES = 12;

/** Says what is wrong with a server, what was expected, and what it went through: enough to start looking. */
export function aboutServer(
  { server, accountId, timeline }: ServerEvidence,
  expected: string,
  found: string,
): string {
  const lines = timeline.slice(-LINES).map((entry) => `    ${lineOf(entry)}`);
  const head = `${server.id} (${server.tags['chaos'] ?? '-'}, ${accountId}): expected ${expected}; found ${found}`;
  return [head, ...lines].join('\n');
}

function lineOf({ sequence, at, from, to, reason, cause }: TimelineEntry): string {
  return `${sequence} ${at} ${from ?? ''} → ${to}${reason ? ` (${reason})` : ''}: ${cause.text}`;
}

/** RFC 3339, for people. */
export const instant = (milliseconds: number): string => new Date(milliseconds).toISOString();
