import { EC2ServiceException } from '@aws-sdk/client-ec2';
import { NoTokenInTime } from '@berth/mongo';
import { CloudRefusal, type RefusalKind } from './cloud.ts';

/** https://docs.aws.amazon.com/ec2/latest/devguide/errors-overview.html; what is not listed is decided by HTTP status. */
const KINDS: Readonly<Record<string, RefusalKind>> = {
  InsufficientInstanceCapacity: 'capacity',
  InsufficientHostCapacity: 'capacity',
  InsufficientCapacity: 'capacity',
  SpotMaxPriceTooLow: 'capacity',
  /** The zone does not have this type at all. */
  Unsupported: 'capacity',
  RequestLimitExceeded: 'throttled',
  Throttling: 'throttled',
  ThrottlingException: 'throttled',
  'InvalidInstanceID.NotFound': 'missing',
  'InvalidVolume.NotFound': 'missing',
  IncorrectInstanceState: 'state',
  IncorrectState: 'state',
  VolumeInUse: 'state',
};

/**
 * Tells a definite refusal from an unknown outcome. EC2 answers a lack of capacity with HTTP 500, so the code counts before
 * the status; any other 5xx, and an answer that never came, may hide a success and is returned as it is.
 */
export function refusalOf(error: unknown): unknown {
  if (error instanceof NoTokenInTime) return new CloudRefusal('throttled', 'NoTokenInTime', error.message);
  if (!(error instanceof EC2ServiceException)) return error;
  const status = error.$metadata.httpStatusCode ?? 500;
  const kind = KINDS[error.name] ?? (status < 500 ? 'refused' : undefined);
  return kind ? new CloudRefusal(kind, error.name, error.message) : error;
}

/** The account has made more calls of this kind than it may. */
export const isThrottling = (error: unknown): boolean =>
  error instanceof EC2ServiceException && KINDS[error.name] === 'throttled';

/** The call with EC2's certain refusals told apart from unknown outcomes. */
export async function definite<Result>(call: Promise<Result>): Promise<Result> {
  try {
    return await call;
  } catch (error) {
    throw refusalOf(error);
  }
}
