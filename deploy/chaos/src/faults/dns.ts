import type { Random } from '../random.ts';
import type { Fault } from './fault.ts';

/** Route 53 refuses; what a batch holds is refused as a whole. */
const refused = (name: string, weight: number, rule: (random: Random) => object): Fault => ({
  name: `Route 53: ${name}`,
  weight,
  lastsSeconds: [2, 15],
  strike: ({ aws }, random) =>
    aws.suffer({
      rules: [
        {
          operation: 'ChangeResourceRecordSets',
          probability: random.between(0.2, 0.9),
          always: true,
          ...rule(random),
        },
      ],
    }),
});

export const DNS_FAULTS = [
  refused('batches refused', 3, () => ({ error: { code: 'InvalidChangeBatch', status: 400 } })),
  refused('throttled', 3, () => ({ error: { code: 'Throttling', status: 400 } })),
  refused('busy', 2, () => ({ error: { code: 'PriorRequestNotComplete', status: 400 } })),
  refused('done, the answer lost', 3, () => ({ afterWork: true })),
] as const;
