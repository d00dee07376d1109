/** A seed that once found something. */
export interface NamedSeed {
  name: string;
  seed: string;
  /** What was lost or doubled, and where its regression spec stands. */
  found: string;
}

/** `npm run chaos -- --named NAME` plays one again. */
export const SEEDS: readonly NamedSeed[] = [
  {
    name: 'database-away',
    seed: '2',
    found:
      'Orders during a database outage were answered 500, which no client repeats: now 503 `outcome_unknown` ' +
      '(libs/mongo away.spec.ts, libs/messaging requests.spec.ts, apps/gateway failures.spec.ts).',
  },
  {
    name: 'late-change',
    seed: '4',
    found:
      'A transition was missing in the live events of an account: its message came more than 15 s after the next one, and ' +
      'the feed had gone on without it (apps/state-tracking feed.spec.ts).',
  },
  {
    name: 'database-never-found-again',
    seed: 'd74124',
    found:
      'One replica of billing did not find the database again that had been stopped and started for the other services: its ' +
      'driver waited for ever for a socket that was destroyed just before a heartbeat was written to it (libs/mongo ' +
      'closed-sockets.spec.ts).',
  },
  {
    name: 'second-instance',
    seed: '11',
    found:
      'A launch whose request EC2 had not answered was refused for lack of room when it was sent again, and went to another zone; ' +
      'then EC2 carried out the first sending, and the server had two instances. Now such a refusal must last until nothing can be ' +
      'under way any more, and a termination takes along what is there besides (apps/provisioning unsettled-launch.spec.ts). In the same ' +
      'run a read was answered 500, for a socket that the database had just ended (libs/mongo away.spec.ts). It takes 300 lifecycles.',
  },
  {
    name: 'no-record',
    seed: '12',
    found:
      'A server that came back from a pause while dns could not be told was said to be silent when its time was over, and never got ' +
      'its record, not even when it answered again: now an unavailable server goes on to want it, and is running only with it ' +
      '(apps/provisioning server.lifecycle.spec.ts). In the same run 17 transitions were missing in live events: a retry that was due ' +
      'after 71 s found the broker away, and came 8 s after the feed had gone on (apps/state-tracking feed.spec.ts). It takes 900 lifecycles.',
  },
];

/** Throws, with the names there are, when it is none. */
export function seedNamed(name: string): string {
  const named = SEEDS.find((each) => each.name === name);
  if (named) return named.seed;
  throw new Error(`There is no seed named ${name}. There are: ${SEEDS.map((each) => each.name).join(', ')}`);
}
