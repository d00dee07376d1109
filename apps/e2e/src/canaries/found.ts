import type { Collector, Traced } from '@berth/testing';
import mongoose from 'mongoose';
import { textsIn, textsInJson, type Seen } from './sightings.ts';

/** What was published, by the type of the message: its fields, and whatever travels with them. */
export function* onTheBus(published: readonly Traced[]): Generator<Seen> {
  const typeOf = new Map<unknown, string>();
  for (const { exchange, routingKey, properties, body } of published) {
    const { type, correlation_id: asked, headers, ...others } = properties;
    if (typeof type === 'string' && asked !== undefined) typeOf.set(asked, type);
    const name =
      exchange === '' && routingKey.endsWith('.dead-letters')
        ? `${routingKey} ${String(type)}`
        : String(type ?? `answer to ${typeOf.get(asked) ?? 'what was asked before'}`);
    yield* textsInJson(body, `bus ${name} `);
    yield* textsIn(headers, `bus ${name} header `);
    yield* textsIn({ ...others, routingKey }, `bus ${name} property `);
  }
}

/** What lies in every field of every document, whoever's database it is. */
export async function inDatabases(uri: string): Promise<Seen[]> {
  const connection = await mongoose.createConnection(uri).asPromise();
  try {
    const client = connection.getClient();
    const { databases } = await client.db('admin').admin().listDatabases();
    const seen: Seen[] = [];
    for (const { name } of databases.filter(({ name: each }) => each.startsWith('berth_')))
      for (const { collectionName } of await client.db(name).collections())
        for await (const document of client.db(name).collection(collectionName).find())
          seen.push(...textsIn(document, `database ${name}.${collectionName} `));
    return seen;
  } finally {
    await connection.close();
  }
}

/** Log lines, by the service that wrote them. */
export function* inLogs(lines: readonly string[]): Generator<Seen> {
  for (const line of lines) {
    const [, service = 'of what is no service'] = /"service":"([^"]+)"/.exec(line) ?? [];
    yield* textsInJson(line, `log ${service} `);
  }
}

export function* inTelemetry({ bodies }: Collector): Generator<Seen> {
  for (const body of bodies) yield { place: 'spans and metrics', text: JSON.stringify(JSON.parse(body)) };
}
