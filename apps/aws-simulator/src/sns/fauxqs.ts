import type { IncomingMessage, ServerResponse } from 'node:http';
import { buildApp } from 'fauxqs';
import { refuseOverwriting } from './refuse-overwriting.ts';

/**
 * SNS, SQS and S3, by the npm package fauxqs. Its own `startFauxqs` always listens on all interfaces and on a port of
 * its own; so its parts are put together here the way it does, behind our endpoint. The parts are no public API of the
 * package: its version is pinned, and the conformance cases fail when they change.
 */
export class Fauxqs {
  readonly #app: ReturnType<typeof buildApp>;
  readonly #stores: Stores;
  readonly #publish: Publish;

  private constructor(app: ReturnType<typeof buildApp>, stores: Stores, publish: Publish) {
    this.#app = app;
    this.#stores = stores;
    this.#publish = publish;
  }

  /** `folder` keeps queues, messages in flight, topics, buckets and objects over restarts, written before each answer. */
  static async start({ folder, region }: { folder: string | undefined; region: string }): Promise<Fauxqs> {
    const { SqsStore } = await part<{ SqsStore: new () => SqsStore }>('./sqs/sqsStore.js');
    const { SnsStore } = await part<{ SnsStore: new () => SnsStore }>('./sns/snsStore.js');
    const { S3Store } = await part<{ S3Store: new () => S3Store }>('./s3/s3Store.js');
    const { publish } = await part<{ publish: Publish }>('./sns/actions/publish.js');
    const stores = { sqsStore: new SqsStore(), snsStore: new SnsStore(), s3Store: new S3Store() };
    const persistence = folder === undefined ? undefined : await persist(folder, stores);
    const options: object = { logger: false, defaultRegion: region, stores };
    const app = buildApp(options as Parameters<typeof buildApp>[0]);
    app.addHook('onClose', () => persistence?.close());
    app.addHook('preHandler', refuseOverwriting(stores.s3Store));
    await app.ready();
    return new Fauxqs(app, stores, publish);
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    this.#app.routing(request, response);
  }

  /** A topic and a queue subscribed to it, made when absent. */
  ensureTopicWithQueue({ name, region, endpoint }: { name: string; region: string; endpoint: string }) {
    const topicArn = `arn:aws:sns:${region}:${ACCOUNT}:${name}`;
    const queueArn = `arn:aws:sqs:${region}:${ACCOUNT}:${name}`;
    const queueUrl = `${endpoint}/${ACCOUNT}/${name}`;
    if (!this.#stores.snsStore.getTopic(topicArn)) this.#stores.snsStore.createTopic(name, {}, {}, region);
    if (!this.#stores.sqsStore.getQueueByArn(queueArn)) {
      this.#stores.sqsStore.createQueue(name, queueUrl, queueArn, {}, {});
    }
    this.#stores.snsStore.subscribe(topicArn, 'sqs', queueArn, {});
    return { topicArn, queueUrl };
  }

  /** A bucket, made when absent. */
  ensureBucket(name: string): void {
    if (!this.#stores.s3Store.hasBucket(name)) this.#stores.s3Store.createBucket(name);
  }

  /** False when there is no such topic; then the message is lost, as it is at AWS. */
  publish(topicArn: string, message: string): boolean {
    if (!this.#stores.snsStore.getTopic(topicArn)) return false;
    this.#publish({ TopicArn: topicArn, Message: message }, this.#stores.snsStore, this.#stores.sqsStore);
    return true;
  }

  /** Puts a file into S3, in a bucket that is made when there is none. */
  async putObject(bucket: string, key: string, payload: Buffer): Promise<void> {
    const path = `/${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;
    const headers = { 'content-type': 'application/octet-stream' };
    const made = await this.#app.inject({ method: 'PUT', url: `/${bucket}` });
    const put = await this.#app.inject({ method: 'PUT', url: path, payload, headers });
    if (put.statusCode !== 200)
      throw new Error(`S3 took neither ${bucket} (${made.statusCode}) nor ${key}: ${put.body}`);
  }

  stop(): Promise<void> {
    return this.#app.close();
  }
}

/** The account number that fauxqs writes into its ARNs. */
export const ACCOUNT = '000000000000';

interface Persistent {
  persistence?: unknown;
}
interface SqsStore extends Persistent {
  allQueues(): Iterable<Persistent>;
  getQueueByArn(arn: string): object | undefined;
  createQueue(name: string, url: string, arn: string, attributes: object, tags: object): void;
}
interface SnsStore extends Persistent {
  getTopic(arn: string): object | undefined;
  createTopic(name: string, attributes: object, tags: object, region: string): void;
  subscribe(topicArn: string, protocol: 'sqs', queueArn: string, attributes: object): void;
}
export interface S3Store extends Persistent {
  /** Objects by key, by bucket. */
  buckets: ReadonlyMap<string, ReadonlyMap<string, object>>;
  hasBucket(name: string): boolean;
  createBucket(name: string): void;
}
interface Stores {
  sqsStore: SqsStore;
  snsStore: SnsStore;
  s3Store: S3Store;
}
interface Persistence {
  load(sqsStore: SqsStore, snsStore: SnsStore, s3Store: Persistent): void;
  close(): void;
}
type Publish = (
  message: { TopicArn: string; Message: string },
  snsStore: SnsStore,
  sqsStore: SqsStore,
) => string;

async function persist(folder: string, { sqsStore, snsStore, s3Store }: Stores): Promise<Persistence> {
  const { PersistenceManager } = await part<{ PersistenceManager: new (folder: string) => Persistence }>(
    './persistence.js',
  );
  const persistence = new PersistenceManager(folder);
  persistence.load(sqsStore, snsStore, s3Store);
  for (const store of [sqsStore, snsStore, s3Store, ...sqsStore.allQueues()]) store.persistence = persistence;
  return persistence;
}

async function part<Exports>(path: string): Promise<Exports> {
  return import(new URL(path, import.meta.resolve('fauxqs')).href) as Promise<Exports>;
}
