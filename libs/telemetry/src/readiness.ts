export type ReadinessCheck = () => boolean | Promise<boolean>;

export interface ReadinessReport {
  ready: boolean;
  /** By name: whether it holds. */
  checks: Record<string, boolean>;
}

/** A check that has not answered by then counts as failed, so that a report always comes. */
const CHECK_TIMEOUT_MILLISECONDS = 2_000;

/** All that has to hold before this process can do its work. */
export class Readiness {
  private readonly checks = new Map<string, ReadinessCheck>();

  /** Adds a condition; a check that throws or takes longer than 2 s does not hold. */
  add(name: string, check: ReadinessCheck): void {
    this.checks.set(name, check);
  }

  async report(): Promise<ReadinessReport> {
    const results = await Promise.all(
      [...this.checks].map(async ([name, check]) => [name, await holds(check)] as const),
    );
    return { ready: results.every(([, ok]) => ok), checks: Object.fromEntries(results) };
  }
}

async function holds(check: ReadinessCheck): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, CHECK_TIMEOUT_MILLISECONDS, false);
  });
  try {
    return await Promise.race([late, (async () => check())()]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
