import type { TokenScope } from '@berth/contracts';

/** What a token of a scope may do, of what its maker may. */
export const SCOPES: Readonly<Record<TokenScope, { label: string; allows: string }>> = {
  read: { label: 'Read', allows: 'See everything, change nothing' },
  servers: { label: 'Servers', allows: 'Launch, change and terminate servers, and see them' },
  billing: { label: 'Billing', allows: 'See usage, costs and the account, and set the budget' },
  admin: { label: 'Admin', allows: 'All that you may do, making and revoking tokens included' },
};

/** Those that give somebody anything, in the order in which they are offered. */
export const scopesOf = (role: string): TokenScope[] =>
  role === 'staff' ? ['read', 'admin'] : ['read', 'servers', 'billing', 'admin'];

/** `Read, Servers`; null: all that its maker may do. */
export const scopesText = (scopes: readonly TokenScope[] | null): string =>
  scopes === null ? 'All that its maker may do' : scopes.map((scope) => SCOPES[scope].label).join(', ');
