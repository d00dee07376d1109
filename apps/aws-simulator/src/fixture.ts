import { configOf } from './config.ts';
import { Target } from './conformance/target.ts';
import type { Counters } from './counters.ts';
import type { FaultScript } from './faults.ts';
import type { LandingZone } from './landing-zone.ts';
import { startSimulator, type Simulator } from './simulator.ts';
import type { stateOf } from './state.ts';

type State = ReturnType<typeof stateOf>;

/** A simulator in this process with what specs ask of it: SDK clients without retries, and its own API. */
export class Fixture {
  readonly simulator: Simulator;
  readonly aws: Target;

  private constructor(simulator: Simulator, aws: Target) {
    this.simulator = simulator;
    this.aws = aws;
  }

  static async start(
    environment: Record<string, string>,
    eventually: Target['eventually'],
  ): Promise<Fixture> {
    const free = { BERTH_AWS_PORT: '0', BERTH_SIM_INSTANCE_PORT: '0', BERTH_SIM_SEED: 'specs' };
    const simulator = await startSimulator(configOf({ ...free, ...environment }));
    return new Fixture(simulator, new Target(simulator.endpoint, eventually, { maxAttempts: 1 }));
  }

  async stop(): Promise<void> {
    this.aws.close();
    await this.simulator.stop();
  }

  landingZone(): Promise<LandingZone> {
    return this.#ask('GET', 'landing-zone') as Promise<LandingZone>;
  }

  state(): Promise<State> {
    return this.#ask('GET', 'state') as Promise<State>;
  }

  counters(): Promise<ReturnType<Counters['report']>> {
    return this.#ask('GET', 'counters') as Promise<ReturnType<Counters['report']>>;
  }

  async clearCounters(): Promise<void> {
    await this.#ask('DELETE', 'counters');
  }

  async advance(advanceSeconds: number): Promise<void> {
    await this.#ask('POST', 'clock', { advanceSeconds });
  }

  async faults(script: Partial<{ [Key in keyof FaultScript]: unknown }>): Promise<void> {
    await this.#ask('PUT', 'faults', script);
  }

  async noFaults(): Promise<void> {
    await this.#ask('DELETE', 'faults');
  }

  async order(instanceId: string, order: 'kill' | 'stop-inside', body: object = {}): Promise<void> {
    await this.#ask('POST', `instances/${instanceId}/${order}`, body);
  }

  /** Any request to the simulator's own API, good or bad. */
  request(method: string, path: string, body?: string): Promise<Response> {
    return fetch(`${this.simulator.endpoint}/_sim/${path}`, {
      method,
      ...(body !== undefined && { body, headers: { 'content-type': 'application/json' } }),
    });
  }

  async #ask(method: string, path: string, body?: object): Promise<unknown> {
    const response = await this.request(method, path, body && JSON.stringify(body));
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }
}
