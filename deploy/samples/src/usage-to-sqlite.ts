/* Keeps Berth's usage records in SQLite, and says what a month comes to; docs/usage-events.md says why it does it like this.
 *   node usage-to-sqlite.ts keep usage.db amqps://ledger:…@broker/ ledger.usage
 *   node usage-to-sqlite.ts month usage.db 2026-11 USD <prices.json     (rows as in `prices` of GET /v1/catalog, past ones too) */
import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { connect } from 'amqplib';

const [task, file = '', one = '', two = ''] = process.argv.slice(2);
const database = new DatabaseSync(file, { timeout: 10_000 });
database.exec(`PRAGMA journal_mode = WAL; CREATE TABLE IF NOT EXISTS usage (id TEXT PRIMARY KEY, account TEXT, server TEXT, meter TEXT,
  size TEXT, region TEXT, since INTEGER, until INTEGER, quantity INTEGER) STRICT`);
await (task === 'keep' ? keep(one, two) : month(one, two));

/** New records come by the exchange, replayed ones by the other; the same id is the same record, however it comes. */
async function keep(broker: string, queue: string): Promise<void> {
  const insert = database.prepare('INSERT OR IGNORE INTO usage VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const minute = (time: string) => Date.parse(time) / 60_000;
  const channel = await (await connect(broker)).createChannel();
  await channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  await channel.bindQueue(queue, 'berth.usage', 'berth.usage.recorded.v1');
  await channel.bindQueue(queue, 'billing.replays', queue);
  await channel.prefetch(100);
  await channel.consume(queue, (message) => {
    if (!message) throw new Error('The queue is gone');
    const { id, meter, size, region, quantity, ...record } = JSON.parse(String(message.content));
    const [since, until] = [minute(record.from), minute(record.to)];
    insert.run(id, record.accountId, record.serverId, meter, size, region, since, until, quantity);
    channel.ack(message);
  });
}

/** Each minute at the price in force in it. Reversals are negative, so sums are right; amounts are exact, to be rounded once, on a line. */
function month(name: string, currency: string): void {
  const lines = database.prepare(`WITH price AS (
      SELECT *, lead(since, 1, 99999999999) OVER (PARTITION BY meter, size, region ORDER BY since) AS until FROM (
        SELECT value->>'meter' meter, value->>'size' size, value->>'region' region, value->>'perMinute' perMinute,
          unixepoch(value->>'activeFrom') / 60 since FROM json_each(?) WHERE value->>'currency' = ?))
    SELECT account, u.meter, u.size, u.region, perMinute,
      sum(quantity * (min(u.until, p.until) - max(u.since, p.since)) / (u.until - u.since)) AS quantity
    FROM usage u LEFT JOIN price p ON p.meter = u.meter AND p.size IS u.size AND p.region = u.region
      AND p.since < u.until AND u.since < p.until
    WHERE strftime('%Y-%m', u.since * 60, 'unixepoch') = ? GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5`);
  const totals: Record<string, bigint> = {};
  for (const line of lines.all(readFileSync(0, 'utf8'), currency, name)) {
    if (line.perMinute === null) throw new Error(`No price in ${currency}: ${JSON.stringify(line)}`);
    const [whole = '', decimals = ''] = String(line.perMinute).split('.');
    const amount = BigInt(Number(line.quantity)) * BigInt(whole + decimals.padEnd(12, '0'));
    totals[`${line.account}`] = (totals[`${line.account}`] ?? 0n) + amount;
    console.log(JSON.stringify({ ...line, amount: exact(amount) }));
  }
  for (const [account, total] of Object.entries(totals))
    console.log(JSON.stringify({ account, currency, total: exact(total) }));
}

/** Of trillionths: prices have 12 decimals at most. */
function exact(amount: bigint): string {
  const digits = String(amount).replace('-', '').padStart(13, '0');
  return `${amount < 0n ? '-' : ''}${digits.slice(0, -12)}.${digits.slice(-12)}`;
}
