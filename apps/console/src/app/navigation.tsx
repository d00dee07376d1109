import {
  IconActivityHeartbeat,
  IconAlertTriangle,
  IconBook2,
  IconCoins,
  IconDatabaseExport,
  IconFileInvoice,
  IconHistory,
  IconKey,
  IconMailOff,
  IconReceipt2,
  IconScale,
  IconServer2,
  IconShieldLock,
  IconUser,
  IconUsers,
  IconUsersGroup,
  type Icon,
} from '@tabler/icons-react';

interface Place {
  to: string;
  label: string;
  icon: Icon;
  /** The letter that leads there after `g`. */
  key: string;
  /** Whom it says something; everybody by default. */
  roles?: readonly string[];
}

/** Where one can go from everywhere. */
const PLACES: Readonly<Record<'customer' | 'staff', readonly Place[]>> = {
  customer: [
    { to: '/servers', label: 'Servers', icon: IconServer2, key: 's' },
    { to: '/costs', label: 'Costs', icon: IconCoins, key: 'c' },
    { to: '/invoices', label: 'Invoices', icon: IconFileInvoice, key: 'i' },
    { to: '/account/members', label: 'Members', icon: IconUsers, key: 'm' },
    { to: '/account/tokens', label: 'API tokens', icon: IconKey, key: 't' },
    { to: '/account/security', label: 'Security', icon: IconShieldLock, key: 'x' },
    { to: '/account/audit', label: 'Audit trail', icon: IconHistory, key: 'l', roles: ['owner', 'admin'] },
    { to: '/account', label: 'Account', icon: IconUser, key: 'a' },
  ],
  staff: [
    { to: '/staff', label: 'Fleet', icon: IconActivityHeartbeat, key: 'f' },
    { to: '/staff/accounts', label: 'Accounts', icon: IconUsersGroup, key: 'a' },
    { to: '/staff/stuck', label: 'Stuck', icon: IconAlertTriangle, key: 's' },
    { to: '/staff/dead-letters', label: 'Dead letters', icon: IconMailOff, key: 'd' },
    { to: '/staff/usage', label: 'Usage feed', icon: IconDatabaseExport, key: 'u' },
    { to: '/staff/reconciliation', label: 'Reconciliation', icon: IconScale, key: 'r' },
    { to: '/staff/catalog', label: 'Catalog', icon: IconBook2, key: 'c' },
    { to: '/staff/prices', label: 'Price book', icon: IconReceipt2, key: 'p' },
    { to: '/staff/tokens', label: 'API tokens', icon: IconKey, key: 't' },
    { to: '/staff/security', label: 'Security', icon: IconShieldLock, key: 'x' },
  ],
};

/** Those of them that a role has a use for. */
export const placesOf = (role: string): readonly Place[] =>
  PLACES[role === 'staff' ? 'staff' : 'customer'].filter(({ roles }) => !roles || roles.includes(role));
