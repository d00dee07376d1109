import type { Call } from './calls.ts';

/** A token bucket: what a full one allows at once, and how fast it fills again. */
export interface Limit {
  capacity: number;
  refillPerSecond: number;
}

/** A bucket that a call takes tokens from. */
export interface Draw {
  bucket: string;
  limit: Limit;
  tokens: number;
}

const limit = (capacity: number, refillPerSecond: number): Limit => ({ capacity, refillPerSecond });

/**
 * EC2's request buckets. Every action of an account and region has one of its own; most have the size of their category.
 * https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html#throttling-limits-rate-based
 */
const NON_MUTATING = limit(100, 20);
const UNFILTERED_AND_UNPAGINATED = limit(50, 10);
const MUTATING = limit(50, 5);
const UNCATEGORIZED: Record<string, Limit> = {
  RunInstances: limit(5, 2),
  StartInstances: limit(5, 2),
  TerminateInstances: limit(100, 5),
  CreateVolume: limit(100, 5),
  DeleteVolume: limit(100, 5),
  CreateSnapshot: limit(100, 5),
  DeleteSnapshot: limit(100, 5),
  CreateTags: limit(100, 10),
  DeleteTags: limit(100, 10),
};
/** With neither a filter nor a page size these draw from a smaller bucket. A list of ids is no filter. */
const BETTER_FILTERED = new Set([
  'DescribeInstances',
  'DescribeInstanceStatus',
  'DescribeNetworkInterfaces',
  'DescribeSecurityGroups',
  'DescribeSnapshots',
  'DescribeVolumes',
]);

/**
 * EC2's resource buckets: a token for every instance that a request is about, besides its request token.
 * https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html#throttling-limits-cost-based
 */
const RESOURCES: Record<string, Limit> = {
  RunInstances: limit(1000, 2),
  StartInstances: limit(1000, 2),
  StopInstances: limit(1000, 20),
  TerminateInstances: limit(1000, 20),
};

/**
 * Of the whole account, and once more of each of the actions that are simulated, but for those with less.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/throttling-api-requests.html (since July 2026; before it was 5 a
 * second). The limit on changes a second, far above what one batch at a time reaches, is not simulated.
 */
const ROUTE53 = limit(50, 10);
const ROUTE53_ACTIONS: Record<string, Limit> = { CreateHostedZone: limit(40, 2) };

/** What a call takes, the request bucket of its action first: all of it, or the call is refused. */
export function drawsOf({ service, region, operation, input }: Call): [Draw, ...Draw[]] {
  const action = `${region}/${operation}`;
  if (service === 'route53') {
    const own = ROUTE53_ACTIONS[operation] ?? ROUTE53;
    return [
      { bucket: action, limit: own, tokens: 1 },
      { bucket: region, limit: ROUTE53, tokens: 1 },
    ];
  }
  const resources = RESOURCES[operation];
  return [
    requestDraw(action, operation, input),
    ...(resources
      ? [{ bucket: `${action}/instances`, limit: resources, tokens: instancesOf(input as Sized) }]
      : []),
  ];
}

function requestDraw(action: string, operation: string, input: object): Draw {
  const { Filters, MaxResults } = input as Sized;
  if (BETTER_FILTERED.has(operation) && !Filters?.length && MaxResults === undefined) {
    return { bucket: `${action}/unfiltered`, limit: UNFILTERED_AND_UNPAGINATED, tokens: 1 };
  }
  const category = /^(Describe|List|Search|Get)/.test(operation) ? NON_MUTATING : MUTATING;
  return { bucket: action, limit: UNCATEGORIZED[operation] ?? category, tokens: 1 };
}

/** The members that say how much a request is about, read leniently: it is not validated yet. */
interface Sized {
  Filters?: unknown[];
  MaxResults?: number;
  MaxCount?: number;
  InstanceIds?: string[];
}

const instancesOf = ({ MaxCount, InstanceIds }: Sized) => Math.max(1, MaxCount ?? InstanceIds?.length ?? 1);
