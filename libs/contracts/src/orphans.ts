import { z } from 'zod';
import { AccountId, Instant, ServerId } from './fields.ts';
import { request } from './message.ts';
import { page, pageRequest } from './page.ts';

/** Something at EC2 that carries the deployment's tag and has no owner. Staff alone see it. */
export const Orphan = z.object({
  /** `i-…`, `vol-…` */
  id: z.string(),
  /** `instance`, `volume`; there may be more kinds some day. */
  kind: z.string(),
  region: z.string(),
  /** Whose its tags say it is. */
  serverId: ServerId.nullable(),
  accountId: AccountId.nullable(),
  /** `owner_absent`, `owner_gone`, `former_instance`, `second_instance`, `owner_unnamed`; there may be more. */
  why: z.string(),
  /**
   * What keeps it from being removed, null when it will be: `report_only`, `made_in_gap` (the database may not know its
   * owner), `owner_lives`, `owner_unnamed`; there may be more.
   */
  held: z.string().nullable(),
  madeAt: Instant,
  firstSeenAt: Instant,
  /** In how many sweeps it was seen. */
  sightings: z.number().int().positive(),
  /** A volume is deleted a week after. */
  quarantinedAt: Instant.nullable(),
  /** What EC2 said when it was last to be removed. */
  error: z.string().nullable(),
  /** When a person said that it may go though its owner may not be known. */
  releasedAt: Instant.nullable(),
});
export type Orphan = z.output<typeof Orphan>;

/** All orphans, by id. */
export const ListOrphans = request(
  'provisioning',
  'berth.provisioning.list-orphans.v1',
  z.object(pageRequest),
  page(Orphan),
  'staff:read',
);

/**
 * A person has made sure that something `made_in_gap` belongs to nobody: it is removed as other orphans are. Idempotent.
 * 404 `not_found` when it is no orphan (any more), 409 `invalid_state` when something else keeps it.
 */
export const ReleaseOrphan = request(
  'provisioning',
  'berth.provisioning.release-orphan.v1',
  z.object({ id: z.string().max(200) }),
  Orphan,
  'staff:write',
);
