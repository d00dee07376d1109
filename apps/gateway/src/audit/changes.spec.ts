import { expect, test } from '@jest/globals';
import { routes, secret } from '@berth/contracts';
import { z } from 'zod';
import { changesIn } from './changes.ts';

const launch = (more: object) => changesIn(routes.launchServer, { name: 'Orders', ...more });

test('what is asked for is kept as it was sent', () => {
  const asked = { name: 'Orders', tags: { 'team.$x': 'sales' }, diskGib: 20, protected: false };
  const body = z.object({ ...routes.launchServer.body.shape, protected: z.boolean() });
  expect(changesIn({ ...routes.launchServer, body }, asked)).toEqual(asked);
});

test('secrets are left out, wherever they lie', () => {
  const body = z.strictObject({ user: z.object({ password: secret(z.string()), name: z.string() }) });
  const given = { user: { password: 'hunter2', name: 'Ada' } };
  expect(changesIn({ ...routes.signUp, body }, given)).toEqual({ user: { name: 'Ada' } });
});

test('nothing asked for is nothing kept', () => {
  expect(changesIn(routes.logOut, undefined)).toBeNull();
  expect(changesIn(routes.pauseServer, {})).toBeNull();
  expect(changesIn(routes.changePassword, { currentPassword: 'a', newPassword: 'b' })).toBeNull();
});

test('long texts and long lists are cut', () => {
  const changes = launch({ region: 'x'.repeat(201), zone: 'y'.repeat(200) });
  expect(changes).toEqual({ name: 'Orders', region: `${'x'.repeat(200)}…`, zone: 'y'.repeat(200) });
  const body = z.object({ all: z.array(z.number()) });
  const { all } = changesIn(
    { ...routes.launchServer, body },
    { all: Array.from({ length: 60 }, (_, n) => n) },
  ) as {
    all: unknown[];
  };
  expect(all).toHaveLength(51);
  expect(all.at(-1)).toBe('…');
});

test('nobody fills the trail: all together stays below some kilobytes', () => {
  const tags = Object.fromEntries(
    Array.from({ length: 20 }, (_, n) => [`${'k'.repeat(60)}${n}`, 'v'.repeat(255)]),
  );
  const changes = launch({ tags, size: 'small' });
  expect(JSON.stringify(changes).length).toBeLessThan(4_100);
  expect(changes).toEqual({ name: 'Orders', tags: '…', size: 'small' });
});
