import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { Config } from './config.ts';

const AMQP_URL = 'amqp://guest:top-secret@localhost:5672';

const BERTH_PASSPORT_PUBLIC_KEYS = generateKeyPairSync('ed25519')
  .publicKey.export({ format: 'der', type: 'spki' })
  .toString('base64');

describe('the settings', () => {
  test('are those of one machine by default', () => {
    expect(Config.from({ AMQP_URL })).toMatchObject({ host: '127.0.0.1', port: 8080, secure: false });
  });

  test.each(['127.0.0.1', '127.8.9.1', '::1', 'localhost'])('need no public URL on %s', (BERTH_HOST) => {
    expect(Config.from({ AMQP_URL, BERTH_HOST }).secure).toBe(false);
  });

  test.each(['0.0.0.0', '::', '10.0.0.7', 'berth.example.com'])('need a public URL on %s', (BERTH_HOST) => {
    expect(() => Config.from({ AMQP_URL, BERTH_HOST })).toThrow('BERTH_PUBLIC_URL is needed');
    const BERTH_PUBLIC_URL = 'https://cloud.example.com';
    expect(Config.from({ AMQP_URL, BERTH_HOST, BERTH_PUBLIC_URL }).secure).toBe(true);
  });

  test.each(['http://localhost:8080', 'http://127.0.0.1', 'http://[::1]:1', 'http://berth.localhost'])(
    'take plain HTTP for %s',
    (BERTH_PUBLIC_URL) =>
      expect(Config.from({ AMQP_URL, BERTH_HOST: '0.0.0.0', BERTH_PUBLIC_URL }).secure).toBe(false),
  );

  test.each(['http://cloud.example.com', 'http://127.0.0.1.example.com', 'http://localhost.example.com'])(
    'refuse plain HTTP for %s: sessions would travel in the clear',
    (BERTH_PUBLIC_URL) => expect(() => Config.from({ AMQP_URL, BERTH_PUBLIC_URL })).toThrow('must be https'),
  );

  test('need the keys of passports on AWS', () => {
    const read = (more: object) => Config.from({ AMQP_URL, BERTH_CLOUD: 'aws', ...more });
    expect(() => read({})).toThrow('BERTH_PASSPORT_PUBLIC_KEYS is required');
    expect(read({ BERTH_PASSPORT_PUBLIC_KEYS }).passportKeys?.size).toBe(1);
  });

  test.each([
    { BERTH_CLOUD: 'aws', BERTH_PASSPORT_PUBLIC_KEYS },
    { BERTH_PUBLIC_URL: 'https://cloud.example.com' },
  ])('refuse to show the mailbox with %j: whoever reads it is anybody', (environment) => {
    const devMail = (BERTH_DEV_MAIL: string) => Config.from({ AMQP_URL, BERTH_DEV_MAIL, ...environment });
    expect(() => devMail('on')).toThrow('BERTH_DEV_MAIL must be off');
    expect(devMail('off').devMail).toBe(false);
  });

  test('show it on one machine when told so, and not by themselves', () => {
    expect(Config.from({ AMQP_URL }).devMail).toBe(false);
    expect(Config.from({ AMQP_URL, BERTH_DEV_MAIL: 'on' }).devMail).toBe(true);
    const BERTH_PUBLIC_URL = 'http://localhost:8080';
    expect(Config.from({ AMQP_URL, BERTH_DEV_MAIL: 'on', BERTH_PUBLIC_URL }).devMail).toBe(true);
  });

  test.each([
    ['BERTH_PORT', '65536'],
    ['BERTH_PORT', 'http'],
    ['BERTH_PORT', '80.5'],
    ['BERTH_PUBLIC_URL', 'cloud.example.com'],
    ['AMQP_URL', 'http://guest:top-secret@localhost'],
  ])('name %s when it is %s, and no secret', (name, value) => {
    const read = () => Config.from({ AMQP_URL, [name]: value });
    expect(read).toThrow(name);
    expect(read).not.toThrow('top-secret');
  });
});
