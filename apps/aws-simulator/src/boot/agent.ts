import { createHmac } from 'node:crypto';
import type { AgentConfig, AgentPhase, AgentReport, SignedAgentReport } from '@berth/contracts';
import type { VirtualClock } from '../clock.ts';
import type { Boot, Instance } from '../ec2/model.ts';
import type { Volumes } from '../ec2/volumes.ts';
import type { Faults } from '../faults.ts';
import type { Random } from '../random.ts';
import type { Notifications } from '../sns/notifications.ts';
import type { Store, Table } from '../store.ts';
import { agentConfigOf } from './user-data.ts';

/** When in a boot each phase is reached, as a part of its length. */
const PHASES: [AgentPhase, number][] = [
  ['booted', 0.4],
  ['disk_mounted', 0.6],
  ['started', 0.8],
  ['ready', 1],
];

interface Step {
  instanceId: string;
  bootId: string;
  phase: AgentPhase;
}

/** What the real agent does on a server: goes through the phases of a boot and reports each one, signed, to SNS. */
export class Agent {
  readonly #instances: Table<Instance>;
  readonly #volumes: Volumes;
  readonly #clock: VirtualClock;
  readonly #random: Random;
  readonly #faults: Faults;
  readonly #notifications: Notifications;
  readonly #reachIn: (delaySeconds: number, step: Step) => void;

  constructor({
    store,
    volumes,
    clock,
    random,
    faults,
    notifications,
  }: {
    store: Store;
    volumes: Volumes;
    clock: VirtualClock;
    random: Random;
    faults: Faults;
    notifications: Notifications;
  }) {
    this.#instances = store.table('instances');
    this.#volumes = volumes;
    this.#clock = clock;
    this.#random = random;
    this.#faults = faults;
    this.#notifications = notifications;
    this.#reachIn = clock.job('agent.phase', (step) => this.#reach(step));
  }

  /** The machine boots and will be ready in so many seconds, if nothing goes wrong. */
  boot(instance: Instance, seconds: number): void {
    const outcome = this.#faults.bootOutcome(instance.tags);
    const config = agentConfigOf(instance.userData);
    instance.boot = {
      id: this.#random.uuid(),
      startedAt: this.#clock.now(),
      outcome,
      ready: false,
      ...(config && { config }),
    };
    this.#instances.put(instance.id, instance);
    for (const [phase, part] of PHASES) {
      this.#reachIn(seconds * part, { instanceId: instance.id, bootId: instance.boot.id, phase });
    }
  }

  #reach({ instanceId, bootId, phase }: Step): void {
    const instance = this.#instances.get(instanceId);
    const boot = instance?.boot;
    if (!instance || boot?.id !== bootId || boot.ended) return;
    if (phase === 'ready' && boot.outcome === 'never_ready') return;
    const { config } = boot;
    const problem = this.#problemAt(phase, boot, instance, config);
    if (problem) boot.ended = true;
    else if (phase === 'ready') this.#answers(instance, boot);
    this.#instances.put(instance.id, instance);
    if (config) this.#report(instance, boot, config, problem ? 'failed' : phase, problem);
  }

  #answers(instance: Instance, boot: Boot): void {
    const { publicIp } = instance;
    boot.ready = true;
    instance.answered ??= [];
    instance.answered.push({ from: this.#clock.now(), bootId: boot.id, ...(publicIp && { publicIp }) });
  }

  #problemAt(
    phase: AgentPhase,
    boot: Boot,
    instance: Instance,
    config: AgentConfig | undefined,
  ): string | undefined {
    if (phase === 'disk_mounted' && config && !this.#diskOf(instance, config)) {
      return `no disk at ${config.dataDevice}`;
    }
    return phase === 'started' && boot.outcome === 'failed' ? 'the software did not start' : undefined;
  }

  #report(
    instance: Instance,
    boot: Boot,
    config: AgentConfig,
    phase: AgentPhase,
    detail: string | undefined,
  ): void {
    const report: AgentReport = {
      serverId: config.serverId,
      instanceId: instance.id,
      bootId: boot.id,
      counter: this.#nextCounter(instance, config),
      phase,
      ...(detail !== undefined && { detail }),
    };
    const payload = JSON.stringify(report);
    const signature = createHmac('sha256', Buffer.from(config.secret, 'base64'))
      .update(payload)
      .digest('hex');
    const signed: SignedAgentReport = {
      type: 'berth.agent-report.v1',
      payload,
      keyId: config.keyId,
      signature,
    };
    this.#notifications.agentReport(config.topicArn, JSON.stringify(signed));
  }

  /** Kept on the data disk; a server without one keeps it on its root disk. */
  #nextCounter(instance: Instance, config: AgentConfig): number {
    const disk = this.#diskOf(instance, config) ?? this.#volumes.attachedTo(instance.id)[0];
    if (!disk) return 1;
    disk.agentCounter += 1;
    this.#volumes.table.put(disk.id, disk);
    return disk.agentCounter;
  }

  #diskOf(instance: Instance, config: AgentConfig) {
    return this.#volumes
      .attachedTo(instance.id)
      .find(({ attachment }) => attachment.device === config.dataDevice && attachment.state === 'attached');
  }
}
