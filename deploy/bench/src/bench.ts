import type { Stage } from './stage.ts';

/** What one round measured, by name with the unit: `{ 'messages/s': 12000 }`. */
export type Sample = Readonly<Record<string, number>>;

/** One side of a comparison, ready to run rounds. */
export interface Contestant {
  /** One round; the first, which warms up, is not counted. */
  round(): Promise<Sample>;
  stop(): Promise<void>;
}

/** Makes a side ready, on a broker and a database that nothing else uses but its rivals, which stand still meanwhile. */
export type Contender = (stage: Stage) => Promise<Contestant>;

export interface Goal {
  /** Of the samples. */
  measure: string;
  /** The reference ours is compared with in each round; without one the goal is for our own number. */
  against?: string;
  /** Ours divided by the reference's (the default), or ours minus the reference's. */
  by?: 'ratio' | 'difference';
  /** What the median over all rounds must reach; with neither it is only shown. */
  atLeast?: number;
  atMost?: number;
}

/** A comparison, declared. Its sides take turns, round by round, so that what else the machine does hits all alike. */
export interface Bench {
  /** As given to `npm run bench`. */
  name: string;
  /** One sentence: what is done and what is measured. */
  about: string;
  /** Five at least. */
  rounds: number;
  ours: Contender;
  references: Readonly<Record<string, Contender>>;
  goals: readonly Goal[];
}
