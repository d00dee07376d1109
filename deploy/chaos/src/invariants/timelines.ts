import type { ServerEvidence } from '../evidence/api.ts';
import { aboutServer } from './finding.ts';
import { counted, type Invariant } from './invariant.ts';

/** Sequences from 1 without a gap, times that never go back, each transition beginning where the last one ended. */
export const timelines: Invariant = {
  name: 'timelines with a gap, or whose time goes back',
  mustBe: '0',
  check({ servers }) {
    return counted(servers.flatMap(broken));
  },
};

function broken(each: ServerEvidence): string[] {
  const { timeline, server } = each;
  const findings = timeline.flatMap(({ sequence, at, from }, index) => {
    const before = timeline[index - 1];
    if (sequence !== index + 1) return [`${sequence} in the place of ${index + 1}`];
    if (before && Date.parse(at) < Date.parse(before.at)) return [`${at} after ${before.at}`];
    return from === (before?.to ?? null) ? [] : [`from ${from} after ${before?.to ?? 'nothing'}`];
  });
  const last = timeline.at(-1)?.to;
  if (last !== server.status) findings.push(`ends in ${last}, the server is ${server.status}`);
  return findings.map((found) => aboutServer(each, 'a whole history', found));
}
