import { z } from 'zod';
import type { Random } from '../random.ts';

export const Ends = z.enum(['well', 'in an error', 'the process']);
export type Ends = z.output<typeof Ends>;

/** What a sender is to send; handed to its process as JSON. */
export const Plan = z.object({
  /** The numbers of its messages: `count` of them from `first` on. */
  first: z.number().int(),
  count: z.number().int(),
  perSecond: z.number(),
  /** Those whose handlers do not end well, by number. */
  poison: z.record(z.string(), Ends),
});
export type Plan = z.output<typeof Plan>;

export const endsOf = ({ poison }: Plan, number: number): Ends => poison[number] ?? 'well';

export const numbersOf = ({ first, count }: Plan): number[] =>
  Array.from({ length: count }, (_, index) => first + index);

/** Draws so many numbers of the range for each way to end. */
export function poisonIn(
  random: Random,
  { first, count }: Pick<Plan, 'first' | 'count'>,
  wanted: Readonly<Partial<Record<Ends, number>>>,
): Plan['poison'] {
  const poison: Plan['poison'] = {};
  for (const [ends, how] of Object.entries(wanted) as [Ends, number][]) {
    for (let left = how; left > 0;) {
      const number = random.integer(first, first + count - 1);
      if (number in poison) continue;
      poison[number] = ends;
      left--;
    }
  }
  return poison;
}
