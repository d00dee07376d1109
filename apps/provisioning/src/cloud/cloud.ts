import type { InstanceState } from '@berth/contracts';

/** What a launch asks of the cloud, in our words. */
export interface LaunchPlan {
  region: string;
  zone: string;
  image: string;
  instanceType: string;
  /** Names the security group: one per product and region. */
  product: string;
  /** TCP ports open to the world. */
  ports: readonly number[];
  dataDevice: string;
  dataGib: number;
  /** cloud-init's user data, plain text. */
  userData: string;
  clientToken: string;
  /** For the instance and its volumes, besides those every resource of ours carries. */
  tags: Readonly<Record<string, string>>;
}

export interface Disk {
  id: string;
  state: string;
  /** The instance it is attached to, if any. */
  instanceId: string | null;
}

/**
 * The cloud as this service needs it. Calls throw {@link CloudRefusal} when it is certain that nothing was done; after any
 * other error that is not known. A signal aborts the wait, not the call.
 */
export abstract class Cloud {
  /** The whole request of a launch as JSON, to be kept and repeated verbatim; makes the security group when missing. */
  abstract planLaunch(plan: LaunchPlan, signal: AbortSignal): Promise<string>;
  /** Whether `planLaunch` would have all it needs in memory and call nobody. */
  abstract canPlanAtOnce(wanted: Pick<LaunchPlan, 'region' | 'zone' | 'product' | 'ports'>): boolean;
  /** Sends such a request; the same one again answers with the same instance. */
  abstract launch(region: string, request: string, signal: AbortSignal): Promise<{ instanceId: string }>;
  /** Null when the cloud shows no such instance, which just after its creation says nothing. */
  abstract stateOf(region: string, instanceId: string, signal: AbortSignal): Promise<InstanceState | null>;
  abstract start(region: string, instanceId: string, signal: AbortSignal): Promise<void>;
  abstract stop(region: string, instanceId: string, signal: AbortSignal): Promise<void>;
  abstract reboot(region: string, instanceId: string, signal: AbortSignal): Promise<void>;
  abstract terminate(region: string, instanceId: string, signal: AbortSignal): Promise<void>;
  /** The volumes that carry this deployment's and this server's tags. */
  abstract disksOf(region: string, serverId: string, signal: AbortSignal): Promise<Disk[]>;
  abstract deleteDisk(region: string, diskId: string, signal: AbortSignal): Promise<void>;
}

/** `capacity`: none here now. `throttled`: later. `missing`: no such thing. `state`: not as it is now. `refused`: never. */
export type RefusalKind = 'capacity' | 'throttled' | 'missing' | 'state' | 'refused';

/** The cloud has certainly not done it. */
export class CloudRefusal extends Error {
  constructor(
    readonly kind: RefusalKind,
    /** The cloud's own code, `InsufficientInstanceCapacity`. */
    readonly code: string,
    message: string,
  ) {
    super(`${code}: ${message}`);
  }
}
