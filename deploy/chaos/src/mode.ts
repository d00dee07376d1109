import type { Options } from './options.ts';

/** One thing that `npm run chaos` can do; `--<flag>` chooses it. */
export interface Mode {
  flag: string;
  /** A line for `--help`. */
  about: string;
  /** Prints what it does and its table, cleans up after itself, and says how many of its checks held. */
  run(options: Options, told: Told): Promise<Verdict>;
}

/** What the user wants meanwhile. */
export interface Told {
  /** Make no more trouble, check, and end (Ctrl-C). */
  toEnd: AbortSignal;
  /** Stop everything now (a second Ctrl-C, or SIGTERM). */
  toStop: AbortSignal;
}

export interface Verdict {
  passed: number;
  failed: number;
}
