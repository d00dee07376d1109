import type { Permission } from '@berth/contracts';
import type { CallerRole } from './caller.ts';

const customers: readonly CallerRole[] = ['owner', 'admin', 'operator', 'billing', 'viewer'];

/**
 * Who may do what: everybody changes what is their own; every role of an account reads, `operator` runs servers, `owner` and `admin` hold the keys besides. Staff
 * see the catalog, which is nobody's, and nothing of an account; what is theirs is no customer's. What is not listed is denied.
 */
const GRANTED: Readonly<Record<Exclude<Permission, 'public'>, readonly CallerRole[]>> = {
  'self:write': [...customers, 'staff'],
  'account:read': [...customers, 'staff'],
  'catalog:read': [...customers, 'staff'],
  'servers:read': customers,
  'servers:write': ['owner', 'admin', 'operator'],
  'membership:write': customers,
  'members:read': customers,
  'members:write': ['owner', 'admin'],
  'tokens:write': ['owner', 'admin', 'staff'],
  'usage:read': customers,
  'staff:read': ['staff'],
  'staff:write': ['staff'],
};

/** Whether a role has a permission. */
export function mayDo(role: CallerRole, permission: Exclude<Permission, 'public'>): boolean {
  return GRANTED[permission]?.includes(role) ?? false;
}
