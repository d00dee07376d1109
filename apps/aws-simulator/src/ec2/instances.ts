import type { Agent } from '../boot/agent.ts';
import type { VirtualClock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Delays } from '../delays.ts';
import { AwsError } from '../errors.ts';
import type { Random } from '../random.ts';
import type { Notifications } from '../sns/notifications.ts';
import type { Store, Table } from '../store.ts';
import type { Instance, InstanceState } from './model.ts';
import type { Volumes } from './volumes.ts';

/** How long EC2 still shows a terminated instance. */
const TERMINATED_SHOWN_SECONDS = 3600;

export type NewInstance = Omit<
  Instance,
  | 'id'
  | 'privateIp'
  | 'state'
  | 'transitionReason'
  | 'createdAt'
  | 'visibleAt'
  | 'launchedAt'
  | 'impaired'
  | 'history'
>;

export const USER_SHUTDOWN = {
  code: 'Client.UserInitiatedShutdown',
  message: 'Client.UserInitiatedShutdown: User initiated shutdown',
};
export const INSIDE_SHUTDOWN = {
  code: 'Client.InstanceInitiatedShutdown',
  message: 'Client.InstanceInitiatedShutdown: Instance initiated shutdown',
};
export const HOST_FAILURE = {
  code: 'Server.InternalError',
  message: 'Server.InternalError: the host of the instance failed',
};

interface Dependencies {
  store: Store;
  clock: VirtualClock;
  random: Random;
  delays: Delays;
  config: Config;
  volumes: Volumes;
  agent: Agent;
  notifications: Notifications;
}

/**
 * Instances and their life (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html). The
 * methods do what is asked; whether it may be asked is decided by the operations.
 */
export class Instances {
  readonly table: Table<Instance>;
  /** Those that EC2 has not forgotten; a long-lived world has many more that it has. */
  readonly #remembered: Set<Instance>;
  readonly #world: Dependencies;
  readonly #becomeRunning: (delaySeconds: number, start: Start) => void;
  readonly #becomeStopped: (delaySeconds: number, start: Start) => void;
  readonly #becomeTerminated: (delaySeconds: number, start: Start) => void;
  readonly #bootAgain: (delaySeconds: number, start: Start) => void;

  constructor(world: Dependencies) {
    this.#world = world;
    this.table = world.store.table('instances');
    this.#remembered = new Set(this.table.all());
    const when = (kind: string, state: InstanceState, act: (instance: Instance) => void) =>
      world.clock.job<Start>(kind, ({ id, launchedAt }) => {
        const instance = this.table.get(id);
        if (instance?.state === state && instance.launchedAt === launchedAt) act(instance);
      });
    this.#becomeRunning = when('instance.running', 'pending', (instance) => this.#runs(instance));
    this.#becomeStopped = when('instance.stopped', 'stopping', (instance) => this.#stopped(instance));
    this.#becomeTerminated = when('instance.terminated', 'shutting-down', (instance) =>
      this.#terminated(instance),
    );
    this.#bootAgain = when('instance.reboot', 'running', (instance) =>
      this.#boots(instance, world.config.bootSeconds),
    );
  }

  /** @throws AwsError InvalidInstanceID.NotFound, also for one that was launched a moment ago */
  named(region: string, id: string): Instance {
    if (!/^i-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id)) {
      throw new AwsError('InvalidInstanceID.Malformed', `Invalid id: "${id}"`);
    }
    const instance = this.table.get(id);
    if (instance && this.#isSeen(instance, region)) return instance;
    throw new AwsError('InvalidInstanceID.NotFound', `The instance ID '${id}' does not exist`);
  }

  ofRegion(region: string): Instance[] {
    return this.remembered().filter((instance) => this.#isSeen(instance, region));
  }

  /** All but those that were terminated more than an hour ago. */
  remembered(): Instance[] {
    for (const instance of this.#remembered) {
      if (this.#isForgotten(instance)) this.#remembered.delete(instance);
    }
    return [...this.#remembered];
  }

  /** The running instance with that public address. */
  at(publicIp: string): Instance | undefined {
    return this.remembered().find(
      (instance) => instance.publicIp === publicIp && instance.state === 'running',
    );
  }

  launch(launched: NewInstance, visibleInSeconds: number): Instance {
    const { clock, random } = this.#world;
    const now = clock.now();
    const instance: Instance = {
      ...launched,
      id: random.id('i'),
      privateIp: `10.0.${random.integer(0, 191)}.${random.integer(4, 254)}`,
      state: 'pending',
      transitionReason: '',
      createdAt: now,
      visibleAt: now + visibleInSeconds * 1000,
      launchedAt: now,
      impaired: false,
      history: [],
    };
    this.#startOf(instance, 'RunInstances');
    return instance;
  }

  start(instance: Instance): void {
    instance.launchedAt = this.#world.clock.now();
    delete instance.stateReason;
    this.#startOf(instance, 'StartInstances');
  }

  stop(instance: Instance, reason = USER_SHUTDOWN): void {
    this.#shutDown(instance, 'stopping', reason);
    this.#becomeStopped(this.#world.delays('stopping'), startOf(instance));
  }

  terminate(instance: Instance, reason = USER_SHUTDOWN): void {
    this.#shutDown(instance, 'shutting-down', reason);
    this.#becomeTerminated(this.#world.delays('shuttingDown'), startOf(instance));
  }

  reboot(instance: Instance): void {
    this.#falls(instance);
    this.table.put(instance.id, instance);
    this.#bootAgain(this.#world.delays('reboot'), startOf(instance));
  }

  /** Somebody shut the system down on the instance itself. */
  stopInside(instance: Instance): void {
    if (instance.shutdownBehavior === 'terminate') this.terminate(instance, INSIDE_SHUTDOWN);
    else this.stop(instance, INSIDE_SHUTDOWN);
  }

  /** The host dies: at once, without a `stopping`. An impaired instance still counts as running. */
  kill(instance: Instance, leaves: 'stopped' | 'terminated' | 'impaired'): void {
    if (leaves === 'impaired') {
      instance.impaired = true;
      this.#falls(instance);
      this.table.put(instance.id, instance);
      return;
    }
    instance.stateReason = HOST_FAILURE;
    if (leaves === 'stopped') this.#stopped(instance);
    else this.#terminated(instance);
  }

  #startOf(instance: Instance, cause: string): void {
    const { config, delays } = this.#world;
    this.#become(instance, 'pending', cause);
    this.#becomeRunning(Math.min(delays('pending'), config.bootSeconds / 2), startOf(instance));
  }

  #runs(instance: Instance): void {
    const { clock, config, volumes } = this.#world;
    if (instance.mapPublicIp) instance.publicIp = this.#freeAddress();
    instance.runningAt = clock.now();
    this.#become(instance, 'running', 'started');
    volumes.instanceRuns(instance.id);
    const pendingSeconds = (instance.runningAt - instance.launchedAt) / 1000;
    this.#boots(instance, Math.max(0, config.bootSeconds - pendingSeconds));
  }

  #boots(instance: Instance, seconds: number): void {
    instance.impaired = false;
    this.#world.agent.boot(instance, seconds);
  }

  #shutDown(
    instance: Instance,
    state: 'stopping' | 'shutting-down',
    reason: { code: string; message: string },
  ): void {
    const at = new Date(this.#world.clock.now()).toISOString().slice(0, 19).replace('T', ' ');
    this.#falls(instance);
    instance.stateReason = reason;
    instance.transitionReason = `User initiated (${at} GMT)`;
    this.#become(instance, state, reason.code);
  }

  #stopped(instance: Instance): void {
    this.#off(instance);
    this.#become(instance, 'stopped', instance.stateReason?.code ?? 'stopped');
  }

  #terminated(instance: Instance): void {
    this.#off(instance);
    this.#become(instance, 'terminated', instance.stateReason?.code ?? 'terminated');
    this.#world.volumes.instanceTerminated(instance.id);
  }

  /** The public address is given back here, and may be another instance's from now on. */
  #off(instance: Instance): void {
    this.#falls(instance);
    delete instance.publicIp;
    delete instance.runningAt;
    instance.impaired = false;
  }

  /** The machine is down or going down: nothing on it answers any more. */
  #falls(instance: Instance): void {
    delete instance.boot;
    const last = instance.answered?.at(-1);
    if (last) last.to ??= this.#world.clock.now();
  }

  #become(instance: Instance, state: InstanceState, cause: string): void {
    instance.state = state;
    const entry = { at: this.#world.clock.now(), state, cause };
    instance.history.push(instance.publicIp ? { ...entry, publicIp: instance.publicIp } : entry);
    this.table.put(instance.id, instance);
    this.#remembered.add(instance);
    this.#world.notifications.stateChanged(instance);
  }

  #isSeen(instance: Instance, region: string): boolean {
    const isOfRegion = instance.region === region && instance.visibleAt <= this.#world.clock.now();
    return isOfRegion && !this.#isForgotten(instance);
  }

  #isForgotten({ state, history }: Instance): boolean {
    const endedAt = state === 'terminated' ? history.at(-1)?.at : undefined;
    return endedAt !== undefined && endedAt + TERMINATED_SHOWN_SECONDS * 1000 <= this.#world.clock.now();
  }

  /** In 127.16.0.0 to 127.250.255.254: loopback, but away from what systems use themselves (127.0.0.1, 127.0.1.1, 127.0.0.53). */
  #freeAddress(): string {
    const { random } = this.#world;
    const taken = new Set(this.remembered().map((instance) => instance.publicIp));
    for (;;) {
      const address = `127.${random.integer(16, 250)}.${random.integer(0, 255)}.${random.integer(1, 254)}`;
      if (!taken.has(address)) return address;
    }
  }
}

/** Names one start of an instance, so that what was planned for an earlier one does nothing. */
interface Start {
  id: string;
  launchedAt: number;
}
const startOf = ({ id, launchedAt }: Instance): Start => ({ id, launchedAt });
