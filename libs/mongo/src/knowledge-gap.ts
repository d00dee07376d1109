import { documentSchema } from './schema.ts';

/** Clocks of AWS and of our machines that NTP keeps are closer than this. */
export const MOST_SKEW_MILLISECONDS = 2_000;

/** A time of which the database may not know what was done in it. */
export interface KnowledgeGap {
  _id: string;
  from: Date;
  to: Date;
  /** `started`: nobody can say what happened to the database before. `restored`: it is older than it was. */
  cause: 'started' | 'restored';
}

/** Whether that time is in the gap, or may be by the clock of who says so. */
export const isInGap = ({ from, to }: Pick<KnowledgeGap, 'from' | 'to'>, time: Date): boolean =>
  time.getTime() >= from.getTime() - MOST_SKEW_MILLISECONDS &&
  time.getTime() <= to.getTime() + MOST_SKEW_MILLISECONDS;

export const knowledgeGapSchema = documentSchema<KnowledgeGap>(
  {
    _id: String,
    from: { type: Date, required: true },
    to: { type: Date, required: true },
    cause: { type: String, required: true },
  },
  { collection: 'knowledge_gaps' },
)
  // The last one.
  .index({ to: 1 });
