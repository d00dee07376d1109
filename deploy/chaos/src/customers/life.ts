import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { LaunchServerBody, Operation, Server } from '@berth/contracts';
import type { Random } from '../random.ts';
import type { AccountClient } from './client.ts';
import { MOVES, type Move } from './moves.ts';
import { isAccepted, type Order } from './record.ts';

/** So long a customer looks at an operation before doing something else. */
const PATIENCE_SECONDS = 25;
const MOST_MOVES = 4;
/** Share of servers that are left as they are, so that the end is not an empty house. */
const LEFT = 0.12;

/** One server from its launch to its end, and the customers who act on it. */
export class Life {
  readonly name: string;
  readonly random: Random;
  serverId = '';
  region = '';
  private operationId: string | null = null;
  private readonly client: AccountClient;
  private readonly haste: AbortSignal;

  /** After `haste` nobody begins anything new: the life goes to its end. */
  constructor(name: string, client: AccountClient, random: Random, haste: AbortSignal) {
    this.name = name;
    this.client = client;
    this.random = random;
    this.haste = haste;
  }

  /** Resolves when the customers are done with the server. */
  async live(wish: LaunchServerBody): Promise<void> {
    const launched = await this.launch(wish);
    if (!launched) return;
    const moves = this.random.integer(0, MOST_MOVES);
    for (let move = 0; move < moves && !this.haste.aborted; move++) await this.move();
    if (this.random.happens(LEFT)) await this.settled();
    else await this.end();
  }

  /** What the server is now, as the customer reads it. */
  read(): Promise<Server | undefined> {
    return this.client.read<Server>(`/v1/servers/${this.serverId}`);
  }

  /** Orders an action under a key of its own, or one that is given. */
  async act(action: string, body: object = {}, key: string = randomUUID()): Promise<Order> {
    const path = `/v1/servers/${this.serverId}/actions/${action}`;
    return this.said(
      await this.client.order({ life: this.name, what: action, method: 'POST', path, body, key }),
    );
  }

  async terminate(key: string = randomUUID()): Promise<Order> {
    const path = `/v1/servers/${this.serverId}`;
    const order = { life: this.name, what: 'terminate', method: 'DELETE' as const, path, body: null, key };
    return this.said(await this.client.order(order));
  }

  async edit(body: object): Promise<Order> {
    const path = `/v1/servers/${this.serverId}`;
    return this.client.order({ life: this.name, what: 'edit', method: 'PATCH', path, body, key: null });
  }

  async cancel(): Promise<void> {
    if (!this.operationId) return;
    const path = `/v1/operations/${this.operationId}/cancel`;
    const key = randomUUID();
    await this.client.order({ life: this.name, what: 'cancel', method: 'POST', path, body: {}, key });
  }

  /** Waits until the latest operation has ended, for as long as a customer does. */
  async settled(): Promise<void> {
    const until = performance.now() + PATIENCE_SECONDS * 1000;
    while (this.operationId && performance.now() < until && !this.haste.aborted) {
      const operation = await this.client.read<Operation>(`/v1/operations/${this.operationId}?wait=10`);
      if (!operation || operation.endedAt) return;
    }
  }

  /** Real time passes, in which others act. */
  async think(leastSeconds: number, mostSeconds: number): Promise<void> {
    const milliseconds = this.random.between(leastSeconds, mostSeconds) * 1000;
    await delay(milliseconds, undefined, { signal: this.haste }).catch(() => {});
  }

  private async launch(wish: LaunchServerBody): Promise<boolean> {
    const key = randomUUID();
    const order = { life: this.name, what: 'launch', method: 'POST' as const, path: '/v1/servers' };
    const answers = await Promise.all(
      // Some click twice.
      Array.from({ length: this.random.happens(0.1) ? 2 : 1 }, () =>
        this.client.order({ ...order, body: wish, key }),
      ),
    );
    const launched = answers.find(isAccepted);
    if (!launched?.answer?.serverId) return false;
    this.serverId = launched.answer.serverId;
    this.operationId = launched.answer.operationId;
    this.region = wish.region;
    return true;
  }

  /** Mostly what suits the status, sometimes whatever comes to mind. */
  private async move(): Promise<void> {
    if (this.random.happens(0.75)) await this.settled();
    else await this.think(0, 2);
    const server = await this.read();
    const suiting = MOVES.filter(({ suits }) => server && suits.includes(server.status));
    const choice = suiting.length > 0 && this.random.happens(0.85) ? suiting : MOVES;
    const move: Move = this.random.weighted(choice);
    await move.make(this);
    await this.think(0, 1.5);
  }

  private async end(): Promise<void> {
    if (this.random.happens(0.8)) await this.settled();
    await this.terminate();
    await this.settled();
  }

  private said(order: Order): Order {
    if (isAccepted(order)) this.operationId = order.answer?.operationId ?? this.operationId;
    return order;
  }
}
