import type { Instance, Volume } from '../ec2/model.ts';
import type { Span } from './month.ts';

/** By the second, but at least a minute each time: https://aws.amazon.com/ec2/pricing/on-demand/ and https://aws.amazon.com/ebs/pricing/ */
const LEAST_MILLISECONDS = 60_000;

const billed = (from: number, to: number): Span => ({
  from,
  to: Math.max(to, from + LEAST_MILLISECONDS),
});

/** When an instance was billed: while it was `running`, and so was the public address that it had. */
export function spansOfInstance({ history }: Instance, now: number): (Span & { publicIp?: string })[] {
  return history.flatMap(({ state, at, publicIp }, index) => {
    if (state !== 'running') return [];
    const span = billed(at, history[index + 1]?.at ?? now);
    return [publicIp === undefined ? span : { ...span, publicIp }];
  });
}

/** When a volume was billed: from its making to its end, attached or not. */
export function spanOfVolume({ createdAt, history }: Volume, now: number): Span {
  return billed(createdAt, history.find(({ state }) => state === 'deleted')?.at ?? now);
}
