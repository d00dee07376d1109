import { expect, test } from '@jest/globals';
import { mayDo, refusalOf, TokenScope, type CallerRole, type Permission } from '@berth/contracts';
import * as sample from '../fixtures/samples.ts';

type Guarded = Exclude<Permission, 'public'>;

test.each<[Guarded, CallerRole[]]>([
  ['account:read', ['owner', 'admin', 'operator', 'billing', 'viewer', 'staff']],
  ['account:close', ['owner']],
  ['catalog:read', ['owner', 'admin', 'operator', 'billing', 'viewer', 'staff']],
  ['self:write', ['owner', 'admin', 'operator', 'billing', 'viewer', 'staff']],
  ['membership:write', ['owner', 'admin', 'operator', 'billing', 'viewer']],
  ['members:read', ['owner', 'admin', 'operator', 'billing', 'viewer']],
  ['members:write', ['owner', 'admin']],
  ['audit:read', ['owner', 'admin']],
  ['servers:read', ['owner', 'admin', 'operator', 'billing', 'viewer']],
  ['usage:read', ['owner', 'admin', 'operator', 'billing', 'viewer']],
  ['billing:write', ['owner', 'admin', 'billing']],
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

const { staff } = sample;
const owner = sample.principal('owner');

test.each<[Guarded, TokenScope[]]>([
  ['account:read', ['read', 'billing', 'admin']],
  ['account:close', ['admin']],
  ['catalog:read', ['read', 'servers', 'admin']],
  ['servers:read', ['read', 'servers', 'admin']],
  ['usage:read', ['read', 'billing', 'admin']],
  ['billing:write', ['billing', 'admin']],
  ['servers:write', ['servers', 'admin']],
  ['tokens:write', ['admin']],
  ['audit:read', ['admin']],
  ['staff:read', ['read', 'admin']],
  ['staff:write', ['admin']],
])('of a token, %s is for the scopes %j alone', (permission, scopes) => {
  const who = permission.startsWith('staff:') ? staff : owner;
  const may = (held: TokenScope[]) => refusalOf({ ...who, scopes: held }, permission) === null;
  expect(TokenScope.options.filter((scope) => may([scope]))).toEqual(scopes);
  expect(may([...TokenScope.options])).toBe(true);
  expect(may([])).toBe(false);
  expect(refusalOf(who, permission)).toBeNull();
});

test.each<[CallerRole, TokenScope, Guarded]>([
  ['viewer', 'admin', 'servers:write'],
  ['viewer', 'servers', 'servers:write'],
  ['operator', 'admin', 'tokens:write'],
  ['owner', 'admin', 'staff:read'],
  ['staff', 'admin', 'servers:read'],
])('a token of %s with the scope %s has no more than the role: not %s', (role, scope, permission) => {
  const who = { ...owner, role, scopes: [scope] } as typeof owner;
  expect(refusalOf(who, permission)).toBe(`The role ${role} lacks the permission ${permission}.`);
});

test('what a token lacks is named', () => {
  const reading = { ...owner, scopes: ['read' as const] };
  expect(refusalOf(reading, 'tokens:write')).toBe(
    'The API token lacks the scope admin, which gives the permission tokens:write.',
  );
  expect(refusalOf(reading, 'servers:write')).toBe(
    'The API token lacks the scope servers or admin, which gives the permission servers:write.',
  );
  const unlisted = 'servers:destroy-all' as Guarded;
  expect(refusalOf({ ...owner, scopes: ['admin'] }, unlisted)).not.toBeNull();
});
