import type { Random } from '../random.ts';

/** A part of the simulator's fault script; apps/aws-simulator/README.md says what each does. */
export interface AwsFaults {
  rules?: readonly object[];
  capacity?: Readonly<Record<string, number>>;
  notifications?: Readonly<Record<string, number | string>>;
  boots?: Readonly<Record<string, object>>;
  /** What was just made is NotFound for so long. */
  hiddenSeconds?: number;
}

/** The simulated AWS, told to do what AWS does on bad days. */
export class AwsUnderAttack {
  private readonly endpoint: string;
  private readonly inForce = new Set<AwsFaults>();
  private changing: Promise<unknown> = Promise.resolve();

  constructor(endpoint: string) {
    this.endpoint = endpoint;
  }

  /** From now on also these, until what is returned is called. Nothing in them may count down. */
  async suffer(faults: AwsFaults): Promise<() => Promise<void>> {
    this.inForce.add(faults);
    await this.apply();
    return () => {
      this.inForce.delete(faults);
      return this.apply();
    };
  }

  /** Something happens to an instance that runs; undefined when none does. */
  async strikeInstance(random: Random, how: InstanceEnd): Promise<string | undefined> {
    const { instances } = await this.get<{ instances: { id: string; state: string }[] }>('instances');
    const running = instances.filter(({ state }) => state === 'running');
    if (running.length === 0) return undefined;
    const { id } = random.pick(running);
    const path = how === 'stop-inside' ? `instances/${id}/stop-inside` : `instances/${id}/kill`;
    await this.call('POST', path, how === 'stop-inside' ? {} : { leaves: how });
    return id;
  }

  /** Of `/_sim/…`: `state`, `instances`, `counters`. */
  get<Body>(path: string): Promise<Body> {
    return this.call('GET', path) as Promise<Body>;
  }

  /** What it counted of its use is counted anew. */
  async clearCounters(): Promise<void> {
    await this.call('DELETE', 'counters');
  }

  /** One change after another: each replaces the whole script. */
  private apply(): Promise<void> {
    const change = this.changing.then(async () => {
      await this.call('PUT', 'faults', together([...this.inForce]));
    });
    this.changing = change.catch(() => {});
    return change;
  }

  private async call(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.endpoint}/_sim/${path}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} /_sim/${path}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : null;
  }
}

/** The host under it fails and leaves it `stopped`, `terminated` or `impaired`, or it is shut down from inside. */
export type InstanceEnd = 'stopped' | 'terminated' | 'impaired' | 'stop-inside';

/** What several faults at once come to; of two that say something of the same thing the later one counts. */
function together(faults: readonly AwsFaults[]): AwsFaults {
  const merged = <Key extends 'capacity' | 'notifications' | 'boots'>(key: Key) =>
    Object.assign({}, ...faults.map((each) => each[key]));
  const notifications = merged('notifications');
  return {
    rules: faults.flatMap(({ rules = [] }) => rules),
    capacity: merged('capacity'),
    ...(Object.keys(notifications).length > 0 && { notifications }),
    boots: merged('boots'),
    hiddenSeconds: Math.max(0, ...faults.map(({ hiddenSeconds = 0 }) => hiddenSeconds)),
  };
}
