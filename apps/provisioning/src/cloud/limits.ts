import type { BucketLimit } from '@berth/mongo';

/**
 * EC2's request buckets of an account and region, for the actions of which we make many. All others have MUTATING or, when
 * they only look, NON_MUTATING. https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
 */
const OWN: Readonly<Record<string, BucketLimit>> = {
  RunInstances: { capacity: 5, perSecond: 2 },
  StartInstances: { capacity: 5, perSecond: 2 },
  TerminateInstances: { capacity: 100, perSecond: 5 },
  DeleteVolume: { capacity: 100, perSecond: 5 },
  CreateTags: { capacity: 100, perSecond: 10 },
  DeleteTags: { capacity: 100, perSecond: 10 },
};
const MUTATING: BucketLimit = { capacity: 50, perSecond: 5 };
const NON_MUTATING: BucketLimit = { capacity: 100, perSecond: 20 };
/** Half of what may be looked at is state-tracking's. */
const SHARE_OF_LOOKS = 0.5;

/** A little of rate and burst is left alone: calls arrive less evenly than they leave. */
const RATE_IN_USE = 0.98;
const BURST_IN_USE = 0.8;
/** Here launches leave one call alone, for terminates. */
const WHOLE_BURST_IN_USE = 'RunInstances';

/** What provisioning uses of an action's bucket. `factor`: how many times the usual rates the account has. */
export function limitOf(action: string, factor: number): BucketLimit {
  const isLook = action.startsWith('Describe');
  const { capacity, perSecond } = OWN[action] ?? (isLook ? NON_MUTATING : MUTATING);
  const share = isLook ? SHARE_OF_LOOKS : 1;
  const burst = action === WHOLE_BURST_IN_USE ? 1 : BURST_IN_USE;
  return {
    capacity: Math.floor(capacity * share * burst),
    perSecond: perSecond * share * RATE_IN_USE * factor,
  };
}
