import { Logger } from '@nestjs/common';
import type { Cause } from './advance.ts';
import type { Aggregate } from './aggregate.ts';
import { backoffSeconds } from './backoff.ts';
import type { EffectResult } from './effect.ts';
import { failedAgain, NO_FAILURE } from './failing.ts';
import { LeaseLost, type Lease } from './leases.ts';
import type { Lines } from './lines.ts';
import { running } from './observed.ts';
import type { RunnerOptions } from './runner.ts';

interface Surroundings<Doc> {
  lines: Lines<Doc & Aggregate<string>> | undefined;
  change(id: string, cause: Cause, mutate: (doc: Doc) => void | Promise<void>): Promise<Doc>;
  find(id: string): Promise<Doc | null>;
  dueEffect(doc: Doc): string | null;
  isStopped(): boolean;
}

/** Runs the effects of one document after another, under its lease, and stores under it what came of each. */
export class Worker<
  Doc extends Aggregate<State>,
  State extends string,
  FactName extends string,
  EffectName extends string,
> {
  private readonly logger = new Logger('Lifecycle');

  constructor(
    private readonly options: RunnerOptions<Doc, State, FactName, EffectName>,
    private readonly around: Surroundings<Doc>,
  ) {}

  /** All that is due. `granted`: the line whose scarce call it may make. */
  async run(id: string, lease: Lease, granted?: string): Promise<void> {
    const { find, dueEffect, isStopped } = this.around;
    let doc = await find(id);
    let held = granted;
    for (let name = doc && dueEffect(doc); doc && name && !isStopped(); name = dueEffect(doc)) {
      const [effect, before] = [name as EffectName, doc];
      const line = this.options.lines?.of(effect, doc) ?? null;
      const may = line === null || line === held || (await this.around.lines?.mayPass(line));
      if (line === held) held = undefined;
      doc = may
        ? await running(effect, (failed) => this.runEffect(effect, before, lease, failed))
        : await this.join(line, before, lease);
    }
  }

  /** Out of the line, so that nobody else is called for the same; false when it no longer stood there. */
  async leaveLine(id: string, line: string, lease: Lease): Promise<boolean> {
    let stood = false;
    await this.store(id, lease, `its turn for ${line} has come`, (now) => {
      stood = now.progress.waitsIn === line;
      if (stood) now.progress = { ...now.progress, waitsIn: null, retryAt: this.options.clock.now() };
    });
    return stood;
  }

  private join(line: string, doc: Doc, lease: Lease): Promise<Doc> {
    return this.store(doc._id, lease, `waits in line for ${line}`, (now) => {
      if (isStill(doc, now)) now.progress = { ...now.progress, waitsIn: line, retryAt: null };
    });
  }

  /** Runs one effect and stores what came of it, under the lease. */
  private async runEffect(
    name: EffectName,
    doc: Doc,
    lease: Lease,
    failed: (error: unknown) => void,
  ): Promise<Doc> {
    const { effects, leases, clock } = this.options;
    const save = async (cause: string, mutate: (doc: Doc) => void) => {
      await this.store(doc._id, lease, cause, mutate);
    };
    let result: EffectResult<Doc>;
    let mayBeDone = false;
    try {
      const signal = AbortSignal.timeout((leases.leaseSeconds * 1000) / 2);
      result = await effects[name](doc, { signal, save });
    } catch (error) {
      if (error instanceof LeaseLost) throw error;
      failed(error);
      result = unknownOutcome(error);
      mayBeDone = true;
    }
    // Before anybody hears of it: what is seen to have failed has failed by then, however long storing takes.
    const at = clock.now();
    if (result.error) {
      if (!mayBeDone) failed(result.error);
      this.logger.warn(`${doc._id} ${name}: ${result.error}`);
    }
    return this.store(doc._id, lease, result.text, async (now) => {
      await result.store?.(now);
      if (!isStill(doc, now)) return;
      const failing = result.error
        ? failedAgain(now.progress, { error: result.error, at, mayBeDone })
        : NO_FAILURE;
      const patience = result.error ? backoffSeconds(failing.failures) : PATIENCE_SECONDS;
      const seconds = result.againInSeconds ?? patience;
      now.progress = { ...now.progress, ...failing, retryAt: new Date(at.getTime() + seconds * 1000) };
    });
  }

  private store(
    id: string,
    lease: Lease,
    text: string,
    mutate: (doc: Doc) => void | Promise<void>,
  ): Promise<Doc> {
    const { transactions } = this.options;
    const cause: Cause = { kind: 'system', id: null, text };
    return lease.renew(
      (work) => transactions.run(work),
      () => this.around.change(id, cause, mutate),
    );
  }
}

/** An effect whose success nobody reported yet is repeated so much later: it looks first, so that costs one look. */
const PATIENCE_SECONDS = 30;

/** Whether the document is in the same step of the same stay in its state. */
const isStill = (doc: Aggregate<string>, now: Aggregate<string>): boolean =>
  now.sequence === doc.sequence && now.progress.step === doc.progress.step;

function unknownOutcome(error: unknown): { text: string; error: string } {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { text, error: text.slice(0, 500) };
}
