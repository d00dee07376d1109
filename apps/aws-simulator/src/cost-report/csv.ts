import { ACCOUNT } from '../sns/fauxqs.ts';
import type { LineItem } from './line-items.ts';
import type { Span } from './month.ts';

/** Tags that are activated for cost allocation, as `resourceTags/user:<key>`. */
const TAGS = ['Name', 'berth:account-id', 'berth:deployment-id', 'berth:managed', 'berth:server-id'];
const TEN_BILLION = 10n ** 10n;

type Column = (item: LineItem, month: Span) => string;

/** The columns of a legacy Cost and Usage Report that have anything in them: https://docs.aws.amazon.com/cur/latest/userguide/data-dictionary.html */
const COLUMNS: Readonly<Record<string, Column>> = {
  'identity/LineItemId': ({ id }) => id,
  'identity/TimeInterval': ({ from, to }) => `${instant(from)}/${instant(to)}`,
  'bill/BillingEntity': () => 'AWS',
  'bill/BillType': () => 'Anniversary',
  'bill/PayerAccountId': () => ACCOUNT,
  'bill/BillingPeriodStartDate': (_, { from }) => instant(from),
  'bill/BillingPeriodEndDate': (_, { to }) => instant(to),
  'lineItem/UsageAccountId': () => ACCOUNT,
  'lineItem/LineItemType': () => 'Usage',
  'lineItem/UsageStartDate': ({ from }) => instant(from),
  'lineItem/UsageEndDate': ({ to }) => instant(to),
  'lineItem/ProductCode': ({ productCode }) => productCode,
  'lineItem/UsageType': ({ usageType }) => usageType,
  'lineItem/Operation': ({ operation }) => operation,
  'lineItem/AvailabilityZone': ({ zone }) => zone,
  'lineItem/ResourceId': ({ resourceId }) => resourceId,
  'lineItem/UsageAmount': ({ amount: [numerator, denominator] }) =>
    decimal(numerator * TEN_BILLION, denominator),
  'lineItem/CurrencyCode': () => 'USD',
  'lineItem/UnblendedRate': ({ rate }) => decimal(rate, 1n),
  'lineItem/UnblendedCost': ({ rate, amount: [numerator, denominator] }) =>
    decimal(rate * numerator, denominator),
  'lineItem/LineItemDescription': ({ rate, unit, usageType, region }) =>
    `$${decimal(rate, 1n)} per ${unit} of ${usageType}, ${region}`,
  'pricing/unit': ({ unit }) => unit,
  'product/region': ({ region }) => region,
  ...Object.fromEntries(
    TAGS.map((key): [string, Column] => [`resourceTags/user:${key}`, ({ tags }) => tags[key] ?? '']),
  ),
};

/** The report's text, line by line, the names of the columns first. */
export function* csvLines(items: Iterable<LineItem>, month: Span): Generator<string> {
  yield lineOf(Object.keys(COLUMNS));
  const columns = Object.values(COLUMNS);
  for (const item of items) yield lineOf(columns.map((column) => column(item, month)));
}

/** RFC 4180, with line feeds alone, as AWS writes it. */
const lineOf = (fields: readonly string[]): string => `${fields.map(quoted).join(',')}\n`;
const quoted = (field: string): string =>
  /[",\n\r]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;

const instant = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');

/** Ten-billionths, `numerator / denominator` of them, as AWS writes numbers: ten decimals at most, rounded half up. */
function decimal(numerator: bigint, denominator: bigint): string {
  const digits = String((2n * numerator + denominator) / (2n * denominator)).padStart(11, '0');
  return `${digits.slice(0, -10)}.${digits.slice(-10)}`.replace(/\.?0+$/, '');
}
