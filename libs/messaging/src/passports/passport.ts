import { z } from 'zod';
import { Principal, StaffPrincipal } from '@berth/contracts';

/** The header of a request that holds the passport of who asks. */
export const PASSPORT_HEADER = 'berth-passport';

export const ALGORITHM = 'EdDSA';
export const ISSUER = 'berth/accounts';
/** Of the signed text, so that nothing else that the key may sign one day passes for a passport. */
export const TYPE = 'berth-passport+jwt';

/** Longer than the gateway keeps one and a request may wait in its queue; and no longer, for it cannot be recalled. */
export const LIFETIME_SECONDS = 120;

/** Who is asking, as accounts has signed it. Where they may come from is decided at the front door, and not said on. */
export const Bearer = z.union([Principal.omit({ networks: true }), StaffPrincipal.omit({ networks: true })]);
export type Bearer = z.output<typeof Bearer>;
