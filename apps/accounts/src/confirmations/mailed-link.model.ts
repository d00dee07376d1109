import type { ModelDefinition } from '@nestjs/mongoose';
import { documentSchema } from '@berth/mongo';
import type { CredentialKind } from '../credentials/credential.ts';

export const LINK_PURPOSES = ['verification', 'reset', 'change'] as const satisfies CredentialKind[];
/** What following a link does: verifies the address it was sent to, lets choose a new password, changes the user's address to it. */
export type LinkPurpose = (typeof LINK_PURPOSES)[number];

/** A link that is sent, or is to be sent, to an address. */
export interface MailedLink {
  /** `verification usr_…`: of each purpose a user has one, the last. */
  _id: string;
  purpose: LinkPurpose;
  userId: string;
  /** Where it goes to, as it was written. */
  email: string;
  /** Of a change: what the address was when it was asked for. */
  formerEmail?: string;
  /** SHA-256 of the secret; before it is sent, and once it is void, of one that nobody has. */
  digest: string;
  expiresAt: Date;
  /** Used or made void: a mail that is late makes it good no more. */
  isOver?: boolean;
}

/** So long it is known which address a change was from: longer than a mail that is tried again and again is on its way. */
const KEPT_SECONDS = 7 * 24 * 3_600;

const schema = documentSchema<MailedLink>(
  {
    _id: { type: String, required: true },
    purpose: { type: String, required: true, enum: LINK_PURPOSES },
    userId: { type: String, required: true },
    email: { type: String, required: true },
    formerEmail: { type: String },
    digest: { type: String, required: true },
    expiresAt: { type: Date, required: true },
    isOver: { type: Boolean },
  },
  { collection: 'mailed_links' },
)
  .index({ digest: 1 }, { unique: true })
  .index({ expiresAt: 1 }, { expireAfterSeconds: KEPT_SECONDS });

export const MailedLinkModel = { name: 'MailedLink', schema } satisfies ModelDefinition;
