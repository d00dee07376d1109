/** https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html */
const AT_ONCE = 5;
const PER_SECOND = 2;

/** How long, in seconds, each of so many RunInstances calls of one region has to wait when all are wanted at once. */
export const allowanceWaits = (calls: number): number[] =>
  Array.from({ length: calls }, (_, call) => Math.max(0, call + 1 - AT_ONCE) / PER_SECOND);
