import type { Permission, Role } from '@berth/contracts';

const everyone: readonly Role[] = ['owner', 'admin', 'operator', 'billing', 'viewer'];

/**
 * Who may do what: every role reads, `operator` runs servers, `owner` and `admin` hold the keys besides. What is not
 * listed is denied.
 */
const GRANTED: Readonly<Record<Exclude<Permission, 'public'>, readonly Role[]>> = {
  'account:read': everyone,
  'catalog:read': everyone,
  'servers:read': everyone,
  'servers:write': ['owner', 'admin', 'operator'],
  'tokens:write': ['owner', 'admin'],
  'usage:read': everyone,
};

/** Whether a role has a permission. */
export function mayDo(role: Role, permission: Exclude<Permission, 'public'>): boolean {
  return GRANTED[permission]?.includes(role) ?? false;
}
