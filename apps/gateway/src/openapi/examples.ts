const secret = (kind: string) => `${kind}_01h455vb4pex5vsknk084sn02q01h455vb4pex5vsknk084sn`;

const priceList = `prices:
  - region: us-east-1
    currency: USD
    activeFrom: 2099-01-01T00:00:00Z
    compute: { micro: '0.0009' }
`;

/** Bodies to try, by the name of their route; a spec holds each to its schema. */
export const bodyExamples: Record<string, object | undefined> = {
  signUp: {
    email: 'ada@example.com',
    password: 'correct horse battery staple',
    name: 'Ada Lovelace',
    accountName: 'Analytical Engines',
  },
  logIn: { email: 'ada@example.com', password: 'correct horse battery staple' },
  updateMe: { name: 'Ada King' },
  changePassword: { currentPassword: 'correct horse battery staple', newPassword: 'a stapler battery horse' },
  closeAccount: { password: 'correct horse battery staple', accountName: 'Analytical Engines' },
  beginTotp: { password: 'correct horse battery staple' },
  confirmTotp: { code: '287082' },
  removeTotp: { password: 'correct horse battery staple', code: '287082' },
  renewRecoveryCodes: { password: 'correct horse battery staple', code: '287082' },
  confirmEmail: { secret: secret('brv') },
  requestPasswordReset: { email: 'ada@example.com' },
  resetPassword: { secret: secret('brr'), password: 'a stapler battery horse' },
  requestEmailChange: { email: 'ada.king@example.com', password: 'correct horse battery staple' },
  confirmEmailChange: { secret: secret('brc') },
  updateMember: { role: 'admin' },
  createInvitation: { email: 'charles@example.com', role: 'operator' },
  readInvitation: { invitation: secret('bri') },
  acceptInvitation: { invitation: secret('bri') },
  switchAccount: { accountId: 'acc_01h455vb4pex5vsknk084sn02q' },
  createToken: { name: 'nightly import', scopes: ['servers'] },
  quote: { product: 'web', version: '1.26', size: 'small', region: 'eu-central-1', diskGib: 20 },
  launchServer: {
    name: 'Orders',
    product: 'web',
    version: '1.26',
    size: 'small',
    region: 'eu-central-1',
    diskGib: 20,
    tags: { team: 'sales' },
  },
  retryServer: { zone: 'eu-central-1b', size: 'medium' },
  updateAccount: { quota: { servers: 50, vcpu: 400, diskGib: 20_000 } },
  grantCredit: { amount: '25.00', reason: 'For the hours of 22 November', expiresAt: '2099-12-31T00:00:00Z' },
  declareVoid: {
    serverId: 'srv_01h455vb4pex5vsknk084sn02q',
    meter: 'compute',
    from: '2026-11-22T08:00:00Z',
    to: '2026-11-22T09:00:00Z',
    reason: 'The image did not start',
  },
  startReconciliation: { month: '2026-11', report: 'cur/berth/20261101-20261201/berth-Manifest.json' },
  startUsageReplay: { queue: 'ledger.usage', from: '2026-11-22T00:00:00Z', to: '2026-11-23T00:00:00Z' },
  updateAccountTerms: {
    basedOnSequence: 0,
    currencies: [{ currency: 'EUR', activeFrom: '2099-01-01T00:00:00Z' }],
    prices: [
      {
        ...{ meter: 'compute', size: 'small', region: 'eu-central-1', currency: 'EUR', perMinute: '0.0020' },
        ...{ activeFrom: '2099-01-01T00:00:00Z', activeUntil: null },
      },
    ],
  },
  previewPrices: { yaml: priceList },
  applyPrices: { yaml: priceList, basedOnRevision: 1 },
  setBudget: { amount: '250.00', warnAt: [50, 80, 100], action: 'block_launches' },
  setBillingProfile: {
    legalName: 'Analytical Engines Ltd',
    addressLines: ['12 Dorset Street', 'London W1U 6QS'],
    country: 'GB',
    taxId: 'GB123456789',
    email: 'accounts@example.com',
  },
  setAccountTax: { rate: null, reverseCharge: true, note: null },
  closeMonth: { month: '2026-10' },
  payInvoice: { reference: 'Statement 2026/11, line 7' },
  voidInvoice: { reason: 'Made out to the wrong company' },
  updateServer: { name: 'Orders, old', protected: true },
};
