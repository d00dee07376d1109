/** All that customers and staff asked, and what they were answered. Plain data: it is kept as JSON when a check fails. */
export interface WorkloadRecord {
  accounts: AccountRecord[];
  orders: Order[];
  standings: StandingOrder[];
  streams: StreamRecord[];
  /** Reads that were answered with something no customer should see, such as a 404 for what was accepted. */
  surprises: Surprise[];
}

export interface AccountRecord {
  id: string;
  /** Good for as long as the account is. */
  token: string;
}

/** Something a customer wanted done, however often it had to be said. */
export interface Order {
  accountId: string;
  /** The lifecycle it belongs to; launches carry it as the tag `chaos`. */
  life: string;
  /** `launch`, `pause`, …: what it is about. */
  what: string;
  method: 'POST' | 'DELETE' | 'PATCH';
  path: string;
  body: unknown;
  /** Its idempotency key; null: the route takes none. */
  key: string | null;
  /** Unix milliseconds of the machine's clock. */
  askedAt: number;
  answeredAt: number | null;
  /** How often it was said, and how each of the times before the last one ended: a status, or `lost`. */
  attempts: string[];
  /** The final answer; null: there never was one. */
  answer: Answer | null;
}

export interface Answer {
  status: number;
  /** Of the problem, when it is one. */
  code: string | null;
  serverId: string | null;
  operationId: string | null;
}

/** Staff suspends an account or reinstates it. */
export interface StandingOrder {
  accountId: string;
  status: 'active' | 'suspended';
  orderedAt: number;
}

/** What one client of `GET /v1/events` was told, over all its connections. */
export interface StreamRecord {
  accountId: string;
  connections: number;
  /** The position it began with. */
  begunAt: number | null;
  events: StreamedEvent[];
}

export interface StreamedEvent {
  id: number;
  event: string;
  serverId: string | null;
  /** Sequences of the transitions it tells. */
  transitions: number[];
}

export interface Surprise {
  at: number;
  accountId: string;
  path: string;
  /** Status and code. */
  answer: string;
}

export const newRecord = (): WorkloadRecord => ({
  accounts: [],
  orders: [],
  standings: [],
  streams: [],
  surprises: [],
});

/** Whether it was accepted. */
export const isAccepted = ({ answer }: Order): boolean => answer !== null && answer.status < 300;
