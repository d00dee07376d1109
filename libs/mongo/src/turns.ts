/**
 * Does a piece of work for one key at a time. Whoever asks while a turn of the key has not begun yet shares it; whoever
 * asks later gets the next one, so what was there before asking is always seen by the work.
 */
export class Turns {
  /** The last turn of each key that is not over. */
  private readonly last = new Map<string, { begun: boolean; done: Promise<void> }>();

  constructor(private readonly work: (key: string) => Promise<void>) {}

  /** Resolves or fails with the turn. */
  take(key: string): Promise<void> {
    const before = this.last.get(key);
    if (before && !before.begun) return before.done;
    const turn = { begun: false, done: Promise.resolve() };
    turn.done = Promise.resolve(before?.done)
      .catch(() => {})
      .then(() => {
        turn.begun = true;
        return this.work(key);
      })
      .finally(() => {
        if (this.last.get(key) === turn) this.last.delete(key);
      });
    this.last.set(key, turn);
    return turn.done;
  }
}
