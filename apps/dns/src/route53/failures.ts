import { InvalidChangeBatch, InvalidInput } from '@aws-sdk/client-route-53';

/** Route 53 refuses the batch for what is in it. All of it is refused for the sake of one change. */
export class BatchRefused extends Error {
  readonly code: string;

  constructor(override readonly cause: Error) {
    super(cause.message);
    this.code = cause.name;
  }
}

/** There is no public hosted zone of this name, or more than one: BERTH_HOSTED_ZONE_ID has to say which. */
export class ZoneNotFound extends Error {
  constructor(zone: string, count: number) {
    super(`${count} public hosted zones are named ${zone}: set BERTH_HOSTED_ZONE_ID`);
  }
}

/** Errors that repeating the same batch can't cure; throttling, PriorRequestNotComplete and the like it can. */
export function isRefusal(error: unknown): error is Error {
  return error instanceof InvalidChangeBatch || error instanceof InvalidInput;
}

/** The account has made more calls than it may. */
export const isThrottling = (error: unknown): boolean =>
  error instanceof Error && error.name === 'Throttling';
