/** What an effect may do besides its call to the outside world. */
export interface EffectContext<Doc> {
  /** Aborts after half the lease: no call may take longer. */
  signal: AbortSignal;
  /** Stores something before going on, under the lease: what must be known even if the process dies in the next call. */
  save(text: string, mutate: (doc: Doc) => void): Promise<void>;
}

/** What came of an effect. Throwing means: nothing is known, try again later. */
export interface EffectResult<Doc> {
  /** One line for the timeline, should a transition follow: `EC2 accepted the launch`. */
  text: string;
  /** Notes the outcome in the document as it is by now; runs in the transaction, so it may send messages. */
  store?: (doc: Doc) => void | Promise<void>;
  /** When to run it again should its step not be done by then; 30 s by default. */
  againInSeconds?: number;
  /** It failed, and certainly did nothing: repeated with growing delay unless `againInSeconds` says when. */
  error?: string;
}

/**
 * Does something in the outside world, at least once: it looks first, or repeats a stored request. Gets the document
 * as it was read under the lease.
 */
export type Effect<Doc> = (doc: Readonly<Doc>, context: EffectContext<Doc>) => Promise<EffectResult<Doc>>;
