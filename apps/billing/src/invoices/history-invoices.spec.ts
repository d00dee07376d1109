import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { ListInvoiceLineUsage } from '@berth/contracts';
import { newId } from '@berth/mongo';
import { broker, database, serviceAt, TestClock, type TestBroker, type TestDatabase } from '@berth/testing';
import fc from 'fast-check';
import { BillingModule } from '../billing.module.ts';
import { BillingUnderTest, settings } from '../fixtures/billing-under-test.ts';
import { disorder } from '../usage/history.fixture.ts';
import type { Fact } from '../usage/intervals.ts';
import { inOraclesWords, monthsOf, ORACLES_PRICES, oraclesInvoice } from './oracle.fixture.ts';

// A second each on an idle machine, and more when one fails and a smaller one is looked for.
jest.setTimeout(300_000);

const clock = new TestClock('2026-01-01T00:00:00.000Z');
let rabbit: TestBroker;
let mongo: TestDatabase;
let billing: BillingUnderTest;

beforeAll(async () => {
  [rabbit, mongo] = await Promise.all([broker(), database()]);
  const start = () => serviceAt(clock, BillingModule.forRoot(settings(rabbit, mongo), mongo.database));
  billing = new BillingUnderTest(clock, start);
  await billing.replica();
  await billing.publish(ORACLES_PRICES);
});
afterAll(async () => {
  await billing?.stop();
  await Promise.all([rabbit?.stop(), mongo?.stop()]);
});

const DAY = 86_400_000;
const after = (at: Date, milliseconds: number) => new Date(at.getTime() + milliseconds);

/** The same history, at whose end nothing is open, so that it has few hours. */
function ended(facts: readonly Fact[]): Fact[] {
  const last = facts.at(-1);
  if (!last) throw new Error('There is no empty history');
  const end = { sequence: last.sequence + 1, at: after(last.at, 90_000) };
  return [...facts, { ...last, ...end, computeBilled: false, diskBilled: false, backupGib: 0 }];
}

/** What all records of a line count, page by page. */
async function countedIn(line: { accountId: string; invoiceId: string; line: number }): Promise<number> {
  let sum = 0;
  let cursor: string | undefined;
  do {
    const page = await billing.ask(ListInvoiceLineUsage, { ...line, limit: 200, cursor });
    for (const { counted } of page.items) sum += counted;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return sum;
}

test('billing invoices any history as the oracle does, and each line’s records add up to it', async () => {
  await fc.assert(
    fc.asyncProperty(disorder, async ([told, steps]) => {
      const facts = ended(told);
      const last = facts.at(-1)?.at ?? new Date(0);
      const accountId = await billing.account();
      const serverId = newId('srv');
      clock.set(last);
      const heard = steps.flatMap((step) => ('fact' in step ? [step.fact] : []));
      for (const fact of [...heard, ...facts.slice(-1)]) await billing.hear({ ...fact, serverId, accountId });
      clock.set(after(last, 35 * DAY));
      for (const month of monthsOf(facts)) {
        const expected = oraclesInvoice(facts, month);
        if (expected.lines.length === 0) continue;
        const { id: invoiceId, lines, subtotal, tax, total } = await billing.close(accountId, month.name);
        expect({ lines: inOraclesWords(lines), subtotal, tax: tax.amount, total }).toEqual(expected);
        for (const { n: line, quantity } of lines)
          expect(await countedIn({ accountId, invoiceId, line })).toBe(quantity);
      }
    }),
    { numRuns: 25 },
  );
});
