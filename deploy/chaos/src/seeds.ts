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
];

/** Throws, with the names there are, when it is none. */
export function seedNamed(name: string): string {
  const named = SEEDS.find((each) => each.name === name);
  if (named) return named.seed;
  throw new Error(`There is no seed named ${name}. There are: ${SEEDS.map((each) => each.name).join(', ')}`);
}
