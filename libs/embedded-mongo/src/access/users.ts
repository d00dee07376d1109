import { verifierOf, type Verifier } from './scram.ts';

/** Who may connect, by name. */
export type UserOptions = Readonly<
  Record<string, { password: string; databases: readonly string[] | 'all' }>
>;

export interface User {
  readonly name: string;
  /** Those it may read and write. */
  readonly databases: readonly string[] | 'all';
  readonly verifier: Verifier;
}

/** The users of a database that asks who one is. They are those of `admin`: there are no others. */
export class Users {
  readonly #users: ReadonlyMap<string, User>;

  constructor(options: UserOptions) {
    this.#users = new Map(
      Object.entries(options).map(([name, { password, databases }]) => [
        name,
        { name, databases, verifier: verifierOf(password) },
      ]),
    );
  }

  named(name: string): User | undefined {
    return this.#users.get(name);
  }
}
