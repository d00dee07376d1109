/**
 * What things cost at the simulated AWS, in ten-billionths of a US dollar: near the prices of on-demand Linux instances in Europe, the same in every
 * region. Of instances only the size counts, by AWS's normalization factors
 * (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/apply_ri.html).
 */
const PER_FACTOR_AND_HOUR = 240_000_000;
const FACTORS: Readonly<Record<string, number>> = { nano: 0.25, micro: 0.5, small: 1, medium: 2, large: 4 };
const PER_XLARGE = 8;

/** `t3.medium` → 480000000, for an hour. */
export function instanceRate(instanceType: string): bigint {
  const size = instanceType.split('.')[1] ?? '';
  const xlarges = Number(/^(\d*)xlarge$/.exec(size)?.[1] || 1);
  return BigInt(PER_FACTOR_AND_HOUR * (FACTORS[size] ?? xlarges * PER_XLARGE));
}

/** For a GB-month, of whatever type. */
export const VOLUME_RATE = 952_000_000n;
/** For an hour. */
export const ADDRESS_RATE = 50_000_000n;

const REGION_CODES: Readonly<Record<string, string>> = {
  'us-east-1': '',
  'eu-central-1': 'EUC1-',
  'ca-central-1': 'CAN1-',
};

/** What stands before a usage type, `EUC1-`; nothing in us-east-1. */
export const prefixOf = (region: string): string => REGION_CODES[region] ?? `${region.toUpperCase()}-`;
