import { expect, test } from '@jest/globals';
import type { Permission, Role } from '@berth/contracts';
import { mayDo } from './permissions.ts';

type Guarded = Exclude<Permission, 'public'>;

test.each<[Guarded, Role[]]>([
  ['account:read', ['owner', 'admin', 'operator', 'billing', 'viewer']],
  ['catalog:read', ['owner', 'admin', 'operator', 'billing', 'viewer']],
  ['servers:read', ['owner', 'admin', 'operator', 'billing', 'viewer']],
  ['usage:read', ['owner', 'admin', 'operator', 'billing', 'viewer']],
  ['servers:write', ['owner', 'admin', 'operator']],
  ['tokens:write', ['owner', 'admin']],
])('%s is for %j alone', (permission, roles) => {
  const all: Role[] = ['owner', 'admin', 'operator', 'billing', 'viewer'];
  expect(all.filter((role) => mayDo(role, permission))).toEqual(roles);
});

test('what the table does not list is denied', () => {
  expect(mayDo('owner', 'servers:destroy-all' as Guarded)).toBe(false);
  expect(mayDo('superuser' as Role, 'servers:read')).toBe(false);
});
