const INVITATION = 'bri_01h455vb4pex5vsknk084sn02q01h455vb4pex5vsknk084sn';

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
  beginTotp: { password: 'correct horse battery staple' },
  confirmTotp: { code: '287082' },
  removeTotp: { password: 'correct horse battery staple', code: '287082' },
  renewRecoveryCodes: { password: 'correct horse battery staple', code: '287082' },
  updateMember: { role: 'admin' },
  createInvitation: { email: 'charles@example.com', role: 'operator' },
  readInvitation: { invitation: INVITATION },
  acceptInvitation: { invitation: INVITATION },
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
  updateServer: { name: 'Orders, old', protected: true },
};
