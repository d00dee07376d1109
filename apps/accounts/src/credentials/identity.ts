import type { Principal } from '@berth/contracts';

/** Who a credential speaks for, and until when; what they may do depends on the account. */
export interface Identity {
  who: Omit<Principal, 'role'>;
  /** Null: until it is revoked. */
  expiresAt: Date | null;
}
