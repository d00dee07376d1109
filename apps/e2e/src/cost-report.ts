const COLUMNS = [
  ...[
    'identity/LineItemId',
    'bill/BillingPeriodStartDate',
    'lineItem/LineItemType',
    'lineItem/UsageStartDate',
  ],
  ...['lineItem/UsageEndDate', 'lineItem/UsageType', 'lineItem/ResourceId', 'lineItem/UnblendedCost'],
  ...['lineItem/CurrencyCode', 'resourceTags/user:berth:deployment-id', 'resourceTags/user:berth:server-id'],
  'resourceTags/user:berth:account-id',
];

/** A Cost and Usage Report of a month in which an instance of a server ran for its first four hours. */
export function costReport(month: string, serverId: string, accountId: string): string {
  const hour = (number: number) => `${month}-01T0${number}:00:00Z`;
  const lines = [0, 1, 2, 3].map((number) =>
    [
      ...[`line-${number}`, hour(0), 'Usage', hour(number), hour(number + 1), 'EUC1-BoxUsage:t3.medium'],
      ...['i-0123456789abcdef0', '0.048', 'USD', 'local', serverId, accountId],
    ].join(','),
  );
  return [COLUMNS.join(','), ...lines, ''].join('\n');
}
