import { z } from 'zod';
import { Instant, ServerId } from './fields.ts';
import { command, event } from './message.ts';

/** Where and how the product says that it works. */
export const HealthCheck = z.object({
  scheme: z.enum(['http', 'https']),
  port: z.number().int().min(1).max(65535),
  path: z.string().startsWith('/'),
});
export type HealthCheck = z.output<typeof HealthCheck>;

/** Where the agent on a server finds its settings; cloud-init writes it from the user data. */
export const AGENT_CONFIG_PATH = '/etc/berth/agent.json';

/** The content of {@link AGENT_CONFIG_PATH}: all a server knows of Berth. The secret is this server's alone. */
export const AgentConfig = z.object({
  deploymentId: z.string(),
  serverId: ServerId,
  /** Names the secret, so that it can be changed while a server runs. */
  keyId: z.string(),
  /** HMAC-SHA256 key, base64, 32 bytes. */
  secret: z.string(),
  /** The one SNS topic the instance's role may publish to. */
  topicArn: z.string(),
  region: z.string(),
  health: HealthCheck,
  /** The data disk as named in the block device mapping. */
  dataDevice: z.string(),
});
export type AgentConfig = z.output<typeof AgentConfig>;

/** The steps of a boot, in order; `failed` may come at any point and ends it. */
export const AgentPhase = z.enum(['booted', 'disk_mounted', 'started', 'ready', 'failed']);
export type AgentPhase = z.output<typeof AgentPhase>;

export const AgentReport = z.object({
  serverId: ServerId,
  instanceId: z.string(),
  /** /proc/sys/kernel/random/boot_id: another one after every boot. */
  bootId: z.string().min(1).max(64),
  /** Grows by one per report over the life of the data disk; a clock is not to be trusted, a counter can't be replayed. */
  counter: z.number().int().positive(),
  phase: AgentPhase,
  detail: z.string().max(500).optional(),
});
export type AgentReport = z.output<typeof AgentReport>;

/**
 * What the agent publishes to SNS. `payload` is the {@link AgentReport} as JSON text, `signature` the hex
 * HMAC-SHA256 of exactly these bytes, so that a shell script with openssl can make it.
 */
export const SignedAgentReport = z.object({
  type: z.literal('berth.agent-report.v1'),
  payload: z.string().max(4096),
  keyId: z.string(),
  signature: z.string().regex(/^[0-9a-f]{64}$/),
});
export type SignedAgentReport = z.output<typeof SignedAgentReport>;

/** The context under which an agent's secret is sealed, so that one server's can't pass for another's. */
export const agentSecretContext = (serverId: string): string => `agent-secret/${serverId}`;

/** Provisioning asks state-tracking to believe reports of this server, signed with this secret, and to probe it. */
export const WatchServer = command(
  'state-tracking',
  'berth.state-tracking.watch-server.v1',
  z.object({
    serverId: ServerId,
    accountId: z.string(),
    region: z.string(),
    keyId: z.string(),
    /** The agent's secret, sealed with BERTH_SECRETS_KEY under {@link agentSecretContext}: see libs/secrets. */
    sealedSecret: z.string(),
    health: HealthCheck,
  }),
);

/** A report whose signature, instance and counter were checked. */
export const AgentReported = event('berth.agent.reported.v1', AgentReport.extend({ receivedAt: Instant }));
