import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { Config } from './config.ts';
import { SECRETS_KEY } from './fixtures/accounts-under-test.ts';

const needed = {
  AMQP_URL: 'amqp://localhost',
  MONGODB_URI: 'mongodb://localhost',
  BERTH_SECRETS_KEY: SECRETS_KEY,
};
const mail = {
  BERTH_SMTP_URL: 'smtp://mail:top-secret@mail.example.com:587',
  BERTH_MAIL_FROM: 'Berth <no-reply@example.com>',
  BERTH_PUBLIC_URL: 'https://cloud.example.com',
};
const pair = generateKeyPairSync('ed25519', {
  privateKeyEncoding: { format: 'der', type: 'pkcs8' },
  publicKeyEncoding: { format: 'der', type: 'spki' },
});
const keys = {
  BERTH_PASSPORT_KEY: pair.privateKey.toString('base64'),
  BERTH_PASSPORT_PUBLIC_KEYS: pair.publicKey.toString('base64'),
};
const read = (environment: NodeJS.ProcessEnv) => new Config({ ...needed, ...environment });

describe('the settings', () => {
  test('ask for the verification of addresses by default, and keep mails where there is no server', () => {
    expect(read({})).toMatchObject({ verifiesEmail: true, smtp: undefined });
    expect(read({ BERTH_VERIFY_EMAIL: 'off' }).verifiesEmail).toBe(false);
    expect(read(mail).smtp?.url.hostname).toBe('mail.example.com');
  });

  test('refuse on AWS what is for one machine', () => {
    const onAws = { ...mail, ...keys, BERTH_CLOUD: 'aws' };
    expect(read(onAws).verifiesEmail).toBe(true);
    expect(() => read({ ...onAws, BERTH_VERIFY_EMAIL: 'off' })).toThrow('BERTH_VERIFY_EMAIL must be on');
    expect(() => read({ ...onAws, BERTH_SMTP_URL: undefined })).toThrow('BERTH_SMTP_URL is required');
  });

  test.each(['BERTH_PASSPORT_KEY', 'BERTH_PASSPORT_PUBLIC_KEYS'])(
    'need %s on AWS, and nowhere else',
    (name) => {
      const onAws = { ...mail, ...keys, BERTH_CLOUD: 'aws', [name]: undefined };
      expect(() => read(onAws)).toThrow(`${name} is required with BERTH_CLOUD=aws`);
      expect(() => read({ [name]: undefined })).not.toThrow();
    },
  );

  test.each(['BERTH_MAIL_FROM', 'BERTH_PUBLIC_URL'])('need %s to send mail', (name) => {
    expect(() => read({ ...mail, [name]: undefined })).toThrow(`${name} is required with BERTH_SMTP_URL`);
  });

  test.each([
    ['BERTH_SMTP_URL', 'http://mail:top-secret@example.com'],
    ['BERTH_SMTP_URL', 'top-secret'],
    ['BERTH_MAIL_FROM', 'Berth'],
    ['BERTH_MAIL_FROM', 'Berth\r\nBcc: x <a@example.com>'],
    ['BERTH_MAIL_FROM', 'a@example.com, b@example.com'],
    ['BERTH_VERIFY_EMAIL', 'maybe'],
    ['BERTH_CLOSING_GRACE_DAYS', '-1'],
    ['BERTH_CLOSING_GRACE_DAYS', 'a month'],
    ['BERTH_PASSPORT_KEY', 'top-secret'],
    ['BERTH_PASSPORT_KEY', keys.BERTH_PASSPORT_PUBLIC_KEYS],
    ['BERTH_PASSPORT_PUBLIC_KEYS', `${keys.BERTH_PASSPORT_PUBLIC_KEYS},top-secret`],
    ['BERTH_AUDIT_RETENTION_DAYS', '89'],
  ])('name %s when it is %j, and no secret', (name, value) => {
    expect(() => read({ ...mail, [name]: value })).toThrow(name);
    expect(() => read({ ...mail, [name]: value })).not.toThrow('top-secret');
  });
});
