import { MongoClient, type Collection } from 'mongodb';
import { CONSUMERS_DATABASE, SENDERS_DATABASE, type EffectRow, type RunRow, type SentRow } from './parcel.ts';

/** What both services have written down. */
export class Books {
  readonly sent: Collection<SentRow>;
  readonly outbox: Collection<{ _id: string; dueAt: Date }>;
  readonly effects: Collection<EffectRow>;
  readonly runs: Collection<RunRow>;
  private readonly client: MongoClient;

  constructor(client: MongoClient) {
    this.client = client;
    this.sent = client.db(SENDERS_DATABASE).collection('sent');
    this.outbox = client.db(SENDERS_DATABASE).collection('outbox');
    this.effects = client.db(CONSUMERS_DATABASE).collection('effects');
    this.runs = client.db(CONSUMERS_DATABASE).collection('runs');
  }

  static async open(uri: string): Promise<Books> {
    return new Books(await MongoClient.connect(uri));
  }

  close(): Promise<void> {
    return this.client.close();
  }

  /** The numbers of the messages that were said. */
  async sentNumbers(): Promise<number[]> {
    return (await this.sent.find().toArray()).map(({ _id }) => _id);
  }

  /** The numbers that had an effect, each as often as it had one. */
  async effectNumbers(): Promise<number[]> {
    const rows = await this.effects.find({}, { projection: { number: 1 } }).toArray();
    return rows.map(({ number }) => number);
  }
}

/** How many of the numbers are not there, and how many are there more than once. */
export function compared(
  wanted: readonly number[],
  there: readonly number[],
): { lost: number; doubled: number } {
  const set = new Set(there);
  return { lost: wanted.filter((number) => !set.has(number)).length, doubled: there.length - set.size };
}
