import { expect, test } from '@jest/globals';
import type { Permission } from '@berth/contracts';
import type { CallerRole } from './caller.ts';
import { mayDo } from './permissions.ts';

type Guarded = Exclude<Permission, 'public'>;

test.each<[Guarded, CallerRole[]]>([
  ['account:read', ['owner', 'admin', 'operator', 'billing', 'viewer', 'staff']],
  ['catalog:read', ['owner', 'admin', 'operator', 'billing', 'viewer', 'staff']],
  ['self:write', ['owner', 'admin', 'operator', 'billing', 'viewer', 'staff']],
  ['membership:write', ['owner', 'admin', 'operator', 'billing', 'viewer']],
  ['members:read', ['owner', 'admin', 'operator', 'billing', 'viewer']],
  ['members:write', ['owner', 'admin']],
  ['servers:read', ['owner', 'admin', 'operator', 'billing', 'viewer']],
  ['usage:read', ['owner', 'admin', 'operator', 'billing', 'viewer']],
  ['servers:write', ['owner', 'admin', 'operator']],
  ['tokens:write', ['owner', 'admin', 'staff']],
  ['staff:read', ['staff']],
  ['staff:write', ['staff']],
])('%s is for %j alone', (permission, roles) => {
  const all: CallerRole[] = ['owner', 'admin', 'operator', 'billing', 'viewer', 'staff'];
  expect(all.filter((role) => mayDo(role, permission))).toEqual(roles);
});

test('what the table does not list is denied', () => {
  expect(mayDo('owner', 'servers:destroy-all' as Guarded)).toBe(false);
  expect(mayDo('superuser' as CallerRole, 'servers:read')).toBe(false);
});
