/**
 * An error as AWS answers it.
 * Codes: https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-error-codes.html
 */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = 'AwsError';
    this.code = code;
    this.status = status;
  }
}

/** Refused by a token bucket, before any work. */
export class Throttled extends AwsError {}

/** The work is done, but the caller never learns it: the connection is torn down instead of an answer. */
export class LostAnswer extends Error {
  constructor() {
    super('the answer is lost on purpose');
    this.name = 'LostAnswer';
  }
}

export const invalid = (message: string) => new AwsError('InvalidParameterValue', message);

export function required<T>(value: T | undefined, parameter: string): T {
  if (value === undefined) {
    throw new AwsError('MissingParameter', `The request must contain the parameter ${parameter}`);
  }
  return value;
}
