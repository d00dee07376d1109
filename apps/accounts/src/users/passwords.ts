import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { Injectable } from '@nestjs/common';
import { problem } from '@berth/messaging';
import { parseOptions } from '@node-rs/argon2';
import { Bulkhead } from './bulkhead.ts';
import { Hashing } from './hashing.ts';

/**
 * argon2id (the library's default) with 19 MiB, two passes, one lane: the OWASP Password Storage Cheat Sheet's minimum
 * (https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html). Raise them here: stored hashes
 * follow when their owners log in.
 */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** One core stays free, so that a flood of log-ins leaves all other requests alone. */
const HASHES_AT_ONCE = Math.max(1, Math.min(3, availableParallelism() - 1));
/** Look-ups and counts of the next ones are made while these are computed. */
const AT_ONCE = HASHES_AT_ONCE + 3;
/** About a second of work of one core: who would wait longer is told so at once. */
const WAITING = 50;

/** Hashes passwords and checks them. Do both in turn, or a flood of log-ins takes the whole machine. */
@Injectable()
export class Passwords {
  private readonly hashing = new Hashing(HASHES_AT_ONCE);
  private readonly bulkhead = new Bulkhead(AT_ONCE, WAITING, () => problem('overloaded'));
  /** Of a password nobody knows. */
  private readonly decoy = this.hashing.hash(randomBytes(32).toString('base64url'), PARAMETERS);

  /**
   * Runs few at a time what hashes or checks a password, with all the look-ups it needs, so that what is too much
   * costs nothing.
   * Throws 503 `overloaded` when too many wait; then the work has not begun.
   */
  inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.bulkhead.run(work);
  }

  /** In PHC form: algorithm, parameters, salt and hash in one string. */
  hash(password: string): Promise<string> {
    return this.hashing.hash(normalized(password), PARAMETERS);
  }

  /** Whether the password belongs to the hash. Without a hash the answer is false, and takes the same work. */
  async matches(password: string, stored: string | undefined): Promise<boolean> {
    const against = stored ?? (await this.decoy);
    const matches = await this.hashing.verify(against, normalized(password));
    return matches && stored !== undefined;
  }

  /** Whether a hash was made with other parameters than today's. */
  isOutdated(stored: string): boolean {
    const options = parseOptions(stored);
    return Object.entries(PARAMETERS).some(
      ([name, value]) => options[name as keyof typeof PARAMETERS] !== value,
    );
  }
}

/** Keyboards write the same character in more than one way (NIST SP 800-63B, 5.1.1.2). */
const normalized = (password: string) => password.normalize('NFKC');
