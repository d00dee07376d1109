import type { AgentConfig } from '@berth/contracts';

/** What is kept of EC2. Times are virtual milliseconds since 1970; the answers' forms are in the `…View` functions. */

export type Tags = Record<string, string>;

export type InstanceState = 'pending' | 'running' | 'stopping' | 'stopped' | 'shutting-down' | 'terminated';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceState.html */
export const STATE_CODES: Record<InstanceState, number> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

export interface Instance {
  id: string;
  reservationId: string;
  launchIndex: number;
  region: string;
  zone: string;
  vpcId: string;
  subnetId: string;
  imageId: string;
  instanceType: string;
  clientToken?: string;
  userData?: string;
  iamInstanceProfile?: string;
  httpTokens: 'required' | 'optional';
  securityGroupIds: string[];
  privateIp: string;
  publicIp?: string;
  mapPublicIp: boolean;
  disableApiTermination: boolean;
  shutdownBehavior: 'stop' | 'terminate';
  rootDevice: string;
  tags: Tags;
  state: InstanceState;
  stateReason?: { code: string; message: string };
  transitionReason: string;
  createdAt: number;
  /** Before that, EC2 does not know its own instance: reads are eventually consistent. */
  visibleAt: number;
  /** When the current or last start began. */
  launchedAt: number;
  runningAt?: number;
  /** The host is broken: running by EC2's account, but nothing answers. */
  impaired: boolean;
  boot?: Boot;
  history: { at: number; state: InstanceState; publicIp?: string; cause: string }[];
  /** When its health page said that all is well: from the end of a boot to what ended it. Absent in old documents. */
  answered?: { from: number; to?: number; bootId: string; publicIp?: string }[];
}

/** One boot of the machine; another boot id after every start and reboot. */
export interface Boot {
  id: string;
  startedAt: number;
  outcome: 'ready' | 'never_ready' | 'failed';
  /** The agent's settings, as cloud-init wrote them; absent: no agent. */
  config?: AgentConfig;
  /** It failed; nothing more comes of it. */
  ended?: true;
  /** The product answers its health path. */
  ready: boolean;
}

export interface Volume {
  id: string;
  region: string;
  zone: string;
  sizeGib: number;
  type: string;
  iops?: number;
  throughput?: number;
  encrypted: boolean;
  clientToken?: string;
  tags: Tags;
  state: 'creating' | 'available' | 'in-use' | 'deleting' | 'deleted';
  createdAt: number;
  visibleAt: number;
  attachment?: Attachment;
  /** The last counter that the agent wrote onto this disk. */
  agentCounter: number;
  history: { at: number; state: string; instanceId?: string; cause: string }[];
}

export interface Attachment {
  instanceId: string;
  device: string;
  state: 'attaching' | 'attached' | 'detaching';
  attachedAt: number;
  deleteOnTermination: boolean;
}

export interface Vpc {
  id: string;
  region: string;
  cidr: string;
  tags: Tags;
}

export interface Subnet {
  id: string;
  region: string;
  zone: string;
  vpcId: string;
  cidr: string;
  mapPublicIp: boolean;
  tags: Tags;
}

export interface SecurityGroup {
  id: string;
  region: string;
  vpcId: string;
  name: string;
  description: string;
  ingress: Ingress[];
  tags: Tags;
  createdAt: number;
}

export interface Ingress {
  ruleId: string;
  protocol: string;
  fromPort?: number;
  toPort?: number;
  /** An IPv4 or IPv6 range, or a group's id. */
  source: string;
  description?: string;
}
