import { InstanceState, SignedAgentReport } from '@berth/contracts';
import { z } from 'zod';

/** https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html */
const Envelope = z.object({ Type: z.literal('Notification'), Message: z.string() });

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instance-state-changes.html */
const StateChange = z
  .object({
    source: z.literal('aws.ec2'),
    'detail-type': z.literal('EC2 Instance State-change Notification'),
    region: z.string(),
    detail: z.object({ 'instance-id': z.string().regex(/^i-[0-9a-f]{8,17}$/), state: InstanceState }),
  })
  .transform(({ region, detail }) => ({
    kind: 'state_change' as const,
    region,
    instanceId: detail['instance-id'],
    state: detail.state,
  }));

const Report = SignedAgentReport.transform((report) => ({ kind: 'agent_report' as const, report }));

const Notification = z.union([StateChange, Report]);
/** What the topic carries. Any instance may publish to it, so only a report's signature proves anything. */
export type Notification = z.output<typeof Notification>;

/** Undefined when the body is no notification that we know. */
export function notificationOf(body: string): Notification | undefined {
  try {
    const { Message } = Envelope.parse(JSON.parse(body));
    return Notification.parse(JSON.parse(Message));
  } catch {
    return undefined;
  }
}
