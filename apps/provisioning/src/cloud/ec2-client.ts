import { EC2Client } from '@aws-sdk/client-ec2';
import { observeAws } from '@berth/telemetry';
import type { Config } from '../config.ts';
import type { CallBudget } from './call-budget.ts';

/** With one attempt a call ends well within half a lease (5 s); who called repeats it, with backoff. */
const REQUEST_TIMEOUT_MILLISECONDS = 4_000;
const CONNECTION_TIMEOUT_MILLISECONDS = 2_000;

/** EC2 in one region, on AWS or simulated; every call is one of the budget's. */
export function ec2Client({ awsEndpoint }: Config, region: string, budget: CallBudget): EC2Client {
  const ec2 = new EC2Client({
    region,
    maxAttempts: 1,
    requestHandler: {
      requestTimeout: REQUEST_TIMEOUT_MILLISECONDS,
      connectionTimeout: CONNECTION_TIMEOUT_MILLISECONDS,
      throwOnRequestTimeout: true,
    },
    ...(awsEndpoint && {
      endpoint: awsEndpoint,
      credentials: { accessKeyId: 'simulator', secretAccessKey: 'simulator' },
    }),
  });
  observeAws(ec2);
  ec2.middlewareStack.add(
    (next, { commandName = '' }) =>
      (args) =>
        budget.call(String(commandName).replace(/Command$/, ''), region, () => next(args)),
    { name: 'callBudget', step: 'finalizeRequest', priority: 'low' },
  );
  return ec2;
}
