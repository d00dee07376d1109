import { isDatabaseAway } from '@berth/mongo';

interface Waiting<Item> {
  item: Item;
  resolve: (value: undefined) => void;
  reject: (error: unknown) => void;
}

/**
 * Group commit (https://www.postgresql.org/docs/current/wal-configuration.html, `commit_delay`): what is added within a short time is written
 * together, one group after the other, and whoever added it hears when it is. Of a group that cannot be written each is written by itself, so
 * that it fails alone; unless it was the database that was away.
 */
export class GroupCommit<Item> {
  private gathered: Waiting<Item>[] = [];
  private timer: NodeJS.Timeout | undefined;
  private written: Promise<void> = Promise.resolve();

  constructor(
    private readonly write: (group: readonly Item[]) => Promise<void>,
    private readonly limits: { milliseconds: number; items: number },
  ) {}

  /** Resolves when it is written, and fails as the writing does. */
  add(item: Item): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    this.gathered.push({ item, resolve, reject });
    if (this.gathered.length >= this.limits.items) this.close();
    else this.timer ??= setTimeout(() => this.close(), this.limits.milliseconds);
    return promise;
  }

  /** The group is complete. */
  private close(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const group = this.gathered;
    this.gathered = [];
    this.written = this.written.then(() => this.commit(group));
  }

  private async commit(group: readonly Waiting<Item>[]): Promise<void> {
    try {
      await this.write(group.map(({ item }) => item));
      for (const { resolve } of group) resolve(undefined);
    } catch (error) {
      if (group.length > 1 && !isDatabaseAway(error))
        await Promise.all(group.map((each) => this.commit([each])));
      else for (const { reject } of group) reject(error);
    }
  }
}
