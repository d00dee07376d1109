import { describe, expect, test } from '@jest/globals';
import { Config } from './config.ts';

const AMQP_URL = 'amqp://guest:top-secret@localhost:5672';

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
