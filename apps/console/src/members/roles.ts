import type { Me, Role } from '@berth/contracts';

/** What each role may do, in a line. */
export const ROLES: Readonly<Record<Me['role'] | 'staff', string>> = {
  owner: 'Owner: may do everything',
  admin: 'Admin: runs servers and holds the keys',
  operator: 'Operator: runs servers',
  billing: 'Billing: sees costs',
  viewer: 'Viewer: sees everything, changes nothing',
  staff: 'Staff',
};

/** The roles that somebody may give: an admin does not decide about owners. */
export const rolesGivenBy = (role: Me['role'] | 'staff'): Role[] =>
  role === 'owner'
    ? ['owner', 'admin', 'operator', 'billing', 'viewer']
    : ['admin', 'operator', 'billing', 'viewer'];

/** Whether somebody decides about who belongs to the account. */
export const mayManageMembers = (role: Me['role'] | 'staff'): boolean => role === 'owner' || role === 'admin';
