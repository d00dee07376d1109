import { z } from 'zod';
import type { Random } from './random.ts';
import type { Store, Table } from './store.ts';

const probability = z.number().min(0).max(1).default(0);

const Tag = z.strictObject({ key: z.string(), value: z.string().optional() });

/** Which calls a rule is for; every given field must fit. Facts come from the request and from what it names. */
const Where = z.strictObject({
  region: z.string().optional(),
  zone: z.string().optional(),
  instanceType: z.string().optional(),
  imageId: z.string().optional(),
  instanceId: z.string().optional(),
  volumeId: z.string().optional(),
  /** A name in a Route 53 change, without the last dot. */
  recordName: z.string().optional(),
  tag: Tag.optional(),
});

const Rule = z
  .strictObject({
    /** `RunInstances`; `*` is every operation. */
    operation: z.string(),
    where: Where.optional(),
    error: z
      .strictObject({
        code: z.string(),
        status: z.number().int().min(400).max(599).default(400),
        message: z.string().optional(),
      })
      .optional(),
    /** How many calls it hits; absent: `always` must be true. */
    times: z.number().int().positive().optional(),
    always: z.literal(true).optional(),
    /** Of the calls that fit, how many it hits: all, by default. The others go on to the next rule, uncounted. */
    probability: z.number().gt(0).max(1).optional(),
    /** The work is done first; then comes the error, or with no error the connection is torn down. */
    afterWork: z.literal(true).optional(),
    delaySeconds: z.number().min(0).max(3600).optional(),
  })
  .refine(
    (rule) => (rule.times === undefined) !== (rule.always === undefined),
    'needs either times or always',
  )
  .refine(
    (rule) => rule.error ?? rule.afterWork ?? rule.delaySeconds,
    'needs an error, afterWork or delaySeconds: else it does nothing',
  );
type Rule = z.output<typeof Rule>;

const Notifications = z.strictObject({
  /** Whose: EC2's state events, the boot agents' reports, or both. */
  source: z.enum(['ec2', 'agent', 'both']).default('both'),
  drop: probability,
  duplicate: probability,
  /** How many there are of one that is duplicated: two, by default. */
  copies: z.number().int().min(2).max(100).optional(),
  /** Held back for 1 to 5 s, so that later ones overtake it. */
  reorder: probability,
  delay: probability,
  delaySeconds: z.number().min(0).max(86_400).default(0),
});

const Boots = z.union([
  z.strictObject({ next: z.number().int().positive() }),
  z.strictObject({ tag: Tag }),
  z.strictObject({ probability: z.number().gt(0).max(1) }),
]);

/** What goes wrong in the simulated world, README.md has examples. */
export const FaultScript = z.strictObject({
  rules: z.array(Rule).default([]),
  /** How many instances may be on at once, by `<zone|*>/<type|*>`; the most specific entry counts. */
  capacity: z.record(z.string().regex(/^[^/]+\/[^/]+$/), z.number().int().min(0)).default({}),
  notifications: Notifications.optional(),
  boots: z.strictObject({ never_ready: Boots.optional(), failed: Boots.optional() }).default({}),
  /** What RunInstances makes from now on is NotFound for at least so long. */
  hiddenSeconds: z.number().min(0).max(3600).optional(),
});
export type FaultScript = z.output<typeof FaultScript>;

/** What is known of a call when its rule is looked for. */
export interface CallFacts {
  operation: string;
  subjects: Subject[];
}
export interface Subject {
  region?: string | undefined;
  zone?: string | undefined;
  instanceType?: string | undefined;
  imageId?: string | undefined;
  instanceId?: string | undefined;
  volumeId?: string | undefined;
  recordName?: string | undefined;
  tags?: Record<string, string> | undefined;
}

export type BootOutcome = 'ready' | 'never_ready' | 'failed';

const NOTHING = FaultScript.parse({});

/** The fault script in force. It is stored with its counters, so a restart in the middle changes nothing. */
export class Faults {
  readonly #table: Table<FaultScript>;
  readonly #random: Random;

  constructor(store: Store, random: Random) {
    this.#table = store.table('faults');
    this.#random = random;
  }

  get script(): FaultScript {
    return this.#table.get('script') ?? NOTHING;
  }

  replace(script: FaultScript): void {
    this.#table.put('script', script);
  }

  clear(): void {
    this.#table.remove('script');
  }

  /** The first rule for this call, counted down; undefined: nothing goes wrong. */
  take(facts: CallFacts): Rule | undefined {
    const script = this.script;
    const rule = script.rules.find((candidate) => applies(candidate, facts) && this.#happens(candidate));
    if (rule?.times !== undefined) {
      const rest = script.rules.flatMap((other) =>
        other !== rule ? [other] : rule.times === 1 ? [] : [{ ...rule, times: (rule.times ?? 0) - 1 }],
      );
      this.replace({ ...script, rules: rest });
    }
    return rule;
  }

  #happens({ probability }: Rule): boolean {
    return probability === undefined || this.#random.happens(probability);
  }

  /** Infinity when the script says nothing of it. */
  capacityOf(zone: string, instanceType: string): number {
    const { capacity } = this.script;
    for (const key of [`${zone}/${instanceType}`, `*/${instanceType}`, `${zone}/*`, '*/*']) {
      if (capacity[key] !== undefined) return capacity[key];
    }
    return Infinity;
  }

  get hiddenSeconds(): number {
    return this.script.hiddenSeconds ?? 0;
  }

  /** When the copies of a notification arrive, in seconds from now; none: it is lost. */
  deliveries(source: 'ec2' | 'agent'): number[] {
    const faults = this.script.notifications;
    if (!faults || (faults.source !== 'both' && faults.source !== source)) return [0];
    if (this.#random.happens(faults.drop)) return [];
    const copies = this.#random.happens(faults.duplicate) ? (faults.copies ?? 2) : 1;
    return Array.from({ length: copies }, () => {
      const delay = this.#random.happens(faults.delay) ? faults.delaySeconds : 0;
      return delay + (this.#random.happens(faults.reorder) ? this.#random.between(1, 5) : 0);
    });
  }

  /** How the boot that begins now will end. */
  bootOutcome(tags: Record<string, string>): BootOutcome {
    const { boots } = this.script;
    for (const outcome of ['failed', 'never_ready'] as const) {
      const which = boots[outcome];
      if (!which) continue;
      if (!('next' in which)) {
        const isHit = 'tag' in which ? hasTag(tags, which.tag) : this.#random.happens(which.probability);
        if (isHit) return outcome;
        continue;
      }
      const left = which.next > 1 ? { next: which.next - 1 } : undefined;
      this.replace({ ...this.script, boots: { ...boots, [outcome]: left } });
      return outcome;
    }
    return 'ready';
  }
}

function applies(rule: Rule, { operation, subjects }: CallFacts): boolean {
  if (rule.operation !== '*' && rule.operation !== operation) return false;
  if (!rule.where) return true;
  const { tag, ...fields } = rule.where;
  return subjects.some(
    (subject) =>
      Object.entries(fields).every(([name, value]) => subject[name as keyof typeof fields] === value) &&
      (!tag || hasTag(subject.tags ?? {}, tag)),
  );
}

const hasTag = (tags: Record<string, string>, { key, value }: z.output<typeof Tag>) =>
  Object.hasOwn(tags, key) && (value === undefined || tags[key] === value);
