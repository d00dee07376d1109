import { expect, test } from '@jest/globals';
import { InvoiceContent } from '@berth/contracts';
import { jsonOf } from './json.ts';
import { invoice } from './sample.fixture.ts';

test('an invoice as JSON is what is written on it', () => {
  expect(InvoiceContent.parse(JSON.parse(jsonOf(invoice()).toString('utf8')))).toEqual(invoice());
});

test('is the same bytes in whatever order its fields come', () => {
  const { lines, buyer, ...rest } = invoice();
  const turned = {
    lines: lines.map((line) => Object.fromEntries(Object.entries(line).reverse()) as typeof line),
    buyer: Object.fromEntries(Object.entries(buyer).reverse()) as typeof buyer,
    ...rest,
  };
  expect(jsonOf(turned)).toEqual(jsonOf(invoice()));
  expect(jsonOf(invoice()).toString('utf8')).toMatch(
    /^\{"accountId":"acc_[^"]+","amountDue":"8\.68","buyer":\{"accountId":/,
  );
});

test('leaves out what has become of it', () => {
  const paid = { ...invoice(), status: 'paid', payments: [], paidAt: '2026-12-05T00:00:00.000Z' };
  expect(jsonOf(paid)).toEqual(jsonOf(invoice()));
});
