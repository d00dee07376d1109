import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the services complained of, by kind, most frequent first. */
export interface Complaint {
  process: string;
  level: string;
  /** Without what differs from one to the next: ids, numbers, addresses. */
  text: string;
  count: number;
  /** Of the first one, as it was logged. */
  example: string;
}

const LEVELS: readonly string[] = ['error', 'fatal'];

/** Errors in the logs under a system's home. */
export function complaintsIn(home: string): Complaint[] {
  const folder = join(home, 'logs');
  const kinds = new Map<string, Complaint>();
  for (const file of readdirSync(folder)) {
    const process = file.replace(/(-\d+)?\.log$/, '');
    for (const line of readFileSync(join(folder, file), 'utf8').split('\n')) note(kinds, process, line);
  }
  return [...kinds.values()].sort((a, b) => b.count - a.count);
}

function note(kinds: Map<string, Complaint>, process: string, line: string): void {
  const { level, msg, err } = parsed(line);
  if (typeof level !== 'string' || !LEVELS.includes(level)) return;
  const cause = (err as { message?: string } | undefined)?.message ?? '';
  const text = `${String(msg)}${cause && cause !== msg ? `: ${cause}` : ''}`
    .replace(/\b[a-z]{2,4}[_-][0-9a-z]{8,}\b/g, '…')
    .replace(/\d+/g, '#')
    .slice(0, 200);
  const known = kinds.get(`${process} ${text}`);
  if (known) known.count += 1;
  else kinds.set(`${process} ${text}`, { process, level, text, count: 1, example: line.slice(0, 2_000) });
}

function parsed(line: string): { level?: unknown; msg?: unknown; err?: unknown } {
  try {
    return (JSON.parse(line) ?? {}) as object;
  } catch {
    return {};
  }
}
