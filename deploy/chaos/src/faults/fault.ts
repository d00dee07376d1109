import type { Random } from '../random.ts';
import type { Stage } from '../stage/stage.ts';

/** Something the world does to the system. */
export interface Fault {
  /** As the final table counts it. */
  name: string;
  /** How often it is chosen, against the others. */
  weight: number;
  /** It is healed after so many seconds, least and most. */
  lastsSeconds: readonly [number, number];
  /** Of which only one can be in force at a time: a broker that is down can't be stopped. */
  part?: 'broker' | 'database';
  /** Makes it so, and gives what ends it; undefined when there is nothing to strike right now. */
  strike(stage: Stage, random: Random): Promise<Heal | undefined>;
}

/**
 * Whether a fault takes away for a while what Berth works with. The others change what is true, or how it is heard of: in
 * spite of them Berth has to find out in time.
 */
export const isDisturbance = (name: string) =>
  !/^(instance|boots|SNS|service's clock|AWS: no capacity|AWS: a zone without capacity)/.test(name);

/** Ends a fault; resolves when it has ended. */
export type Heal = () => Promise<void>;

/** Of what needs no end. */
export const over: Heal = async () => {};
