import type { AnyPrincipal, TokenScope } from '../accounts.ts';
import type { Permission } from './route.ts';

/** What callers are: a role in an account, or staff. */
export type CallerRole = AnyPrincipal['role'];
type Guarded = Exclude<Permission, 'public'>;

const customers: readonly CallerRole[] = ['owner', 'admin', 'operator', 'billing', 'viewer'];

/**
 * Who may do what: everybody changes what is their own; every role of an account reads, `operator` runs servers, `owner` and
 * `admin` hold the keys, decide about members and see who did what besides, and with `billing` about what is spent; `owner` alone
 * `admin` hold the keys, decide about members and see who did what besides; these and `billing` say how it pays; `owner` alone
 * closes the account and takes everything along. Staff see the catalog, which is nobody's, and nothing of an account;
 * what is theirs is no customer's. What is not listed is denied.
 */
const GRANTED: Readonly<Record<Guarded, readonly CallerRole[]>> = {
  'self:write': [...customers, 'staff'],
  'account:read': [...customers, 'staff'],
  'account:close': ['owner'],
  'catalog:read': [...customers, 'staff'],
  'servers:read': customers,
  'servers:write': ['owner', 'admin', 'operator'],
  'membership:write': customers,
  'members:read': customers,
  'members:write': ['owner', 'admin'],
  'audit:read': ['owner', 'admin'],
  'tokens:write': ['owner', 'admin', 'staff'],
  'usage:read': customers,
  'billing:write': ['owner', 'admin', 'billing'],
  'staff:read': ['staff'],
  'staff:write': ['staff'],
};

/**
 * What an API token with scopes may do of that: `read` sees everything, `servers` runs servers and sees what that takes, `billing`
 * sees what they cost and decides about what is spent, `admin` may do all that the role may. The scope for the purpose stands first.
 * sees what they cost and says how that is paid, `admin` may do all that the role may. The scope for the purpose stands first.
 */
const SCOPED: Readonly<Record<Guarded, readonly TokenScope[]>> = {
  'self:write': ['admin'],
  'account:read': ['read', 'billing', 'admin'],
  'account:close': ['admin'],
  'catalog:read': ['read', 'servers', 'admin'],
  'servers:read': ['read', 'servers', 'admin'],
  'servers:write': ['servers', 'admin'],
  'membership:write': ['admin'],
  'members:read': ['read', 'admin'],
  'members:write': ['admin'],
  'audit:read': ['admin'],
  'tokens:write': ['admin'],
  'usage:read': ['read', 'billing', 'admin'],
  'billing:write': ['billing', 'admin'],
  'staff:read': ['read', 'admin'],
  'staff:write': ['admin'],
};

/** Whether a role has a permission. */
export function mayDo(role: CallerRole, permission: Guarded): boolean {
  return GRANTED[permission]?.includes(role) ?? false;
}

/** Any of which gives a token the permission, as far as its maker's role has it. */
export const scopesFor = (permission: Guarded): readonly TokenScope[] => SCOPED[permission] ?? [];

/** What only staff have lets them ask about every account. */
export const isForStaff = (permission: Permission): boolean => permission.startsWith('staff:');

const EITHER = new Intl.ListFormat('en-GB', { type: 'disjunction' });

/** Why a caller may not do something, in words for them; null when they may. */
export function refusalOf(
  { role, scopes }: Pick<AnyPrincipal, 'role' | 'scopes'>,
  permission: Guarded,
): string | null {
  if (!mayDo(role, permission)) return `The role ${role} lacks the permission ${permission}.`;
  const wanted = scopesFor(permission);
  if (!scopes || scopes.some((scope) => wanted.includes(scope))) return null;
  return `The API token lacks the scope ${EITHER.format(wanted)}, which gives the permission ${permission}.`;
}
