import type { Principal } from '@berth/contracts';

/** Who a credential speaks for; what they may do depends on the account. */
export type Identity = Omit<Principal, 'role'>;
