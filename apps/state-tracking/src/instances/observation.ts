import type { Instance as Ec2Instance } from '@aws-sdk/client-ec2';
import { InstanceState, ServerId } from '@berth/contracts';
import type { z } from 'zod';
import type { Instance } from './instance.model.ts';

/** What EC2 shows of an instance, as far as it matters to us. */
export type Observation = Pick<
  Instance,
  'serverId' | 'region' | 'zone' | 'ip' | 'launchedAt' | 'reasonCode'
> & { instanceId: string; state: z.output<typeof InstanceState> };

/** Undefined for what is no server of ours: no id, no known state, no `berth:server-id`. */
export function observationOf(region: string, instance: Ec2Instance): Observation | undefined {
  const {
    InstanceId: instanceId,
    State,
    Placement,
    PublicIpAddress,
    LaunchTime,
    StateReason,
    Tags,
  } = instance;
  const serverId = ServerId.safeParse(Tags?.find(({ Key }) => Key === 'berth:server-id')?.Value);
  const state = InstanceState.safeParse(State?.Name);
  if (!instanceId || !serverId.success || !state.success) return undefined;
  return {
    instanceId,
    serverId: serverId.data,
    region,
    zone: Placement?.AvailabilityZone ?? null,
    state: state.data,
    ip: PublicIpAddress ?? null,
    launchedAt: LaunchTime ?? null,
    reasonCode: StateReason?.Code ?? null,
  };
}

/** The same instance once EC2 shows it no more. */
export function absenceOf({
  _id: instanceId,
  serverId,
  region,
  zone,
  launchedAt,
  reasonCode,
}: Instance): Observation {
  return { instanceId, serverId, region, zone, launchedAt, reasonCode, state: 'absent', ip: null };
}

/** Whether an observation says anything new. */
export function differs(known: Instance, seen: Observation): boolean {
  return (
    known.serverId !== seen.serverId ||
    known.state !== seen.state ||
    known.ip !== seen.ip ||
    known.zone !== seen.zone ||
    known.reasonCode !== seen.reasonCode ||
    known.launchedAt?.getTime() !== seen.launchedAt?.getTime()
  );
}
