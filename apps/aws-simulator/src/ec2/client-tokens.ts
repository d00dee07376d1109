import { createHash } from 'node:crypto';
import { AwsError } from '../errors.ts';
import type { Store, Table } from '../store.ts';

/**
 * What requests with a client token have made: the same request again gets the same thing. Tokens are kept for ever, at
 * AWS for a day at least (https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html).
 */
export class ClientTokens {
  readonly #table: Table<{ request: string; ids: string[] }>;

  constructor(store: Store, kind: string) {
    this.#table = store.table(`client-tokens ${kind}`);
  }

  /** The ids that the request made before. @throws AwsError when the token was used for another request */
  replay(region: string, input: { ClientToken?: string | undefined }): string[] | undefined {
    const made = this.#table.get(key(region, input));
    if (made && made.request !== digest(input)) {
      throw new AwsError(
        'IdempotentParameterMismatch',
        'Arguments on this idempotent request are inconsistent with arguments used in previous request(s).',
      );
    }
    return made?.ids;
  }

  remember(region: string, input: { ClientToken?: string | undefined }, ids: string[]): void {
    if (input.ClientToken !== undefined) this.#table.put(key(region, input), { request: digest(input), ids });
  }
}

const key = (region: string, { ClientToken: token = '' }: { ClientToken?: string | undefined }) =>
  `${region}/${token}`;
const digest = (input: object) => createHash('sha256').update(JSON.stringify(input)).digest('base64');
