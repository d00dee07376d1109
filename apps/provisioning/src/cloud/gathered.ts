/**
 * Questions about single things, of which many can be asked in one call. One call is under way at a time; what is asked
 * meanwhile goes with the next one, so a lone question waits for nobody and a crowd costs few calls.
 */
export class Gathered<Answer> {
  private next?: { keys: Set<string>; answers: Promise<ReadonlyMap<string, Answer>> };
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly ask: (keys: readonly string[]) => Promise<ReadonlyMap<string, Answer>>) {}

  /** Undefined when the answer says nothing of it. The signal ends the wait, not the call. */
  async about(key: string, signal: AbortSignal): Promise<Answer | undefined> {
    signal.throwIfAborted();
    this.next ??= this.begin();
    const { keys, answers } = this.next;
    keys.add(key);
    return (await Promise.race([answers, abortOf(signal)])).get(key);
  }

  private begin() {
    const keys = new Set<string>();
    const answers = this.last
      .catch(() => {})
      .then(() => {
        delete this.next;
        return this.ask([...keys]);
      });
    // Whoever asked hears of a failure; that nobody waits for it any more is none.
    answers.catch(() => {});
    this.last = answers;
    return { keys, answers };
  }
}

const abortOf = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
