import { createHash } from 'node:crypto';
import { AccountId, ofEachMeter, ServerId, type Meter } from '@berth/contracts';
import { Exact } from '@berth/pricing';
import type { Month } from '../costs/month.ts';
import { HourSet } from './hour-set.ts';
import { ReportError } from './report-error.ts';
import type { ReportLine } from './report-line.ts';

/** A UTC hour, in milliseconds. */
const HOUR = 3_600_000;
/** Fifty-two bits of a digest tell lines apart: a number each, instead of a text. */
const HASH_DIGITS = 13;

export type Amount = InstanceType<typeof Exact>;

/** What AWS charged for a server, or for a resource that names none. */
export interface Charged {
  serverId: string | null;
  resourceId: string | null;
  accountId: string | null;
  cost: Record<ReportLine['kind'], Amount>;
  /** In which hours a machine, a disk or a backup of it was there. */
  hours: Record<Meter, HourSet>;
}

/** Adds up a report, line by line: what carries our deployment's tag by server, all else in one sum. */
export class Charges {
  readonly byOwner = new Map<string, Charged>();
  elsewhere: Amount = new Exact(0);
  lines = 0;
  private seen = new Set<number>();
  private currencyOfAll: string | undefined;

  constructor(
    private readonly month: Month,
    private readonly deploymentId: string,
  ) {}

  /** Ids of lines are unique within a file (https://docs.aws.amazon.com/cur/latest/userguide/identity-columns.html), and only there. */
  beginFile(): void {
    this.seen = new Set();
  }

  /** Throws {@link ReportError} when the line cannot belong to this report. */
  add(line: ReportLine): void {
    this.lines++;
    this.check(line);
    if (line.deploymentId !== this.deploymentId) {
      this.elsewhere = this.elsewhere.plus(line.cost);
      return;
    }
    const charged = this.of(line);
    charged.cost[line.kind] = charged.cost[line.kind].plus(line.cost);
    if (!line.present) return;
    if (line.to - line.from > HOUR)
      throw new ReportError(
        'not_hourly',
        `Line ${line.id} is for more than an hour: have the report made by the hour`,
      );
    charged.hours[line.present].add(line.from, line.to);
  }

  /** Throws {@link ReportError} when there was no line at all. */
  get currency(): string {
    if (this.currencyOfAll === undefined) throw new ReportError('empty_report', 'The report has no lines');
    return this.currencyOfAll;
  }

  private check({ id, month, currency }: ReportLine): void {
    if (month !== this.month.name)
      throw new ReportError(
        'wrong_month',
        `Line ${id} is billed in ${month || 'no month'}, not in ${this.month.name}`,
      );
    this.currencyOfAll ??= currency;
    if (currency !== this.currencyOfAll)
      throw new ReportError(
        'mixed_currencies',
        `Line ${id} is in ${currency}, others are in ${this.currencyOfAll}`,
      );
    const hash = Number.parseInt(createHash('sha256').update(id).digest('hex').slice(0, HASH_DIGITS), 16);
    if (this.seen.has(hash))
      throw new ReportError('duplicate_line', `Line ${id} is there twice: the file cannot be whole`);
    this.seen.add(hash);
  }

  private of({ serverId, accountId, resourceId }: ReportLine): Charged {
    const isServer = ServerId.safeParse(serverId).success;
    const owner = isServer ? serverId : resourceId;
    const known = this.byOwner.get(owner);
    if (known) return known;
    const nothing = () => new Exact(0);
    const charged: Charged = {
      serverId: isServer ? serverId : null,
      resourceId: isServer ? null : resourceId || null,
      accountId: AccountId.safeParse(accountId).success ? accountId : null,
      cost: { ...ofEachMeter(nothing), other: nothing(), adjustments: nothing() },
      hours: ofEachMeter(() => new HourSet(this.month)),
    };
    this.byOwner.set(owner, charged);
    return charged;
  }
}
