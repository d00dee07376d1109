/** What the simulator counted, see apps/aws-simulator/README.md. */
export interface Counters {
  actions: {
    service: string;
    action: string;
    calls: number;
    refused: number;
    refusedPerMinute: Record<string, number>;
    errors: Record<string, number>;
    offered: number;
  }[];
  route53: {
    batches: { changes: number; weight: number; outcome: string }[];
    mostCallsInOneSecond: number;
  };
}

export interface Phase {
  name: string;
  seconds: number;
  counters: Counters;
}

export interface Row {
  name: string;
  /** '' where nothing is demanded. */
  mustBe: string;
  measured: string;
  findings: string[];
}

/** Of what RunInstances offers while there is work. */
const LEAST_USED = 0.9;
const MOST_REFUSALS_A_MINUTE = 1;
const MOST_DNS_CALLS_A_SECOND = 5;

/** That AWS's limits were kept, and used where they were what held the crowd up: in the first phase. */
export function checks(phases: readonly Phase[]): Row[] {
  const [launches] = phases;
  return [...(launches ? [used(launches)] : []), ...phases.flatMap((phase) => [calls(phase), dns(phase)])];
}

function used({ counters }: Phase): Row {
  const { calls: made = 0, offered = Infinity } =
    counters.actions.find(({ action }) => action === 'RunInstances') ?? {};
  const part = made / offered;
  return {
    name: 'RunInstances used while there was work',
    mustBe: `≥ ${LEAST_USED * 100} %`,
    measured: `${(part * 100).toFixed(1)} % (${made} of ${offered.toFixed(0)})`,
    findings: part >= LEAST_USED ? [] : ['more could have been launched'],
  };
}

function calls({ name, seconds, counters }: Phase): Row {
  const ec2 = counters.actions.filter(({ service }) => service === 'ec2');
  const told = [...Map.groupBy(ec2, ({ action }) => action)].map(
    ([action, regions]) => `${action} ${sum(regions.map((each) => each.calls))}`,
  );
  return {
    name: `${name}: EC2 refused for lack of tokens`,
    mustBe: `≤ ${MOST_REFUSALS_A_MINUTE} a minute and action`,
    measured: `${sum(ec2.map(({ refused }) => refused))} in ${seconds.toFixed(0)} s: ${told.join(', ')}`,
    findings: ec2.flatMap(({ action, refusedPerMinute }) =>
      Object.entries(refusedPerMinute)
        .filter(([, times]) => times > MOST_REFUSALS_A_MINUTE)
        .map(([minute, times]) => `${action} ${times} times in ${minute}`),
    ),
  };
}

function dns({ name, counters }: Phase): Row {
  const { batches, mostCallsInOneSecond } = counters.route53;
  const changes = batches.map((batch) => batch.changes);
  const failures = counters.actions
    .filter(({ service }) => service === 'route53')
    .flatMap(({ action, errors }) =>
      Object.entries(errors).map(([code, times]) => `${action}: ${code} ${times}`),
    );
  // Calls leave evenly, but the way to Route 53 may bring two of them nearer to each other.
  const isTooFast = mostCallsInOneSecond > MOST_DNS_CALLS_A_SECOND + 1;
  return {
    name: `${name}: Route 53`,
    mustBe: `≤ ${MOST_DNS_CALLS_A_SECOND} calls a second, none refused or colliding`,
    measured:
      `${sum(changes)} changes in ${batches.length} batches, ${Math.max(0, ...changes)} in the largest; ` +
      `${mostCallsInOneSecond} calls in the busiest second`,
    findings: [...failures, ...(isTooFast ? [`${mostCallsInOneSecond} calls in one second`] : [])],
  };
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
