import { Api } from '@berth/local';
import type { Customer } from '../customer.ts';
import type { Answered } from './client.ts';
import type { Operation } from './document.ts';
import type { Known } from './known.ts';

/** Whose answers may show what is anybody's. */
export const isForStaff = ({ path }: Operation): boolean => path.startsWith('/v1/admin/');

/** What is a person's own, and refused to a token. */
export const isForSessions = ({ answers }: Operation): boolean =>
  answers.get(409)?.codes.includes('not_a_session') ?? false;

/** Who sends the requests: by an API token, what needs one by a session, and as staff what is for staff. */
export class Caller {
  private readonly customer: Customer;
  private readonly token: string;
  private readonly staffToken: string;
  private session: string;

  private constructor(customer: Customer, token: string, staffToken: string) {
    this.customer = customer;
    this.token = token;
    this.staffToken = staffToken;
    this.session = customer.api.token ?? '';
  }

  /** Its token is made for it and kept from being revoked by chance. */
  static async of(customer: Customer, staff: Api, known: Known): Promise<Caller> {
    const { id, token } = await customer.api.post<{ id: string; token: string }>('/v1/tokens', {
      name: 'test',
    });
    known.keep(id);
    return new Caller(customer, token, staff.token ?? '');
  }

  headers(operation: Operation): Record<string, string> {
    if (operation.public) return {};
    return { Authorization: `Bearer ${this.credentialFor(operation)}` };
  }

  private credentialFor(operation: Operation): string {
    if (isForStaff(operation)) return this.staffToken;
    return isForSessions(operation) ? this.session : this.token;
  }

  /** Logs in again when the session may have ended: by an order without an answer, or with another session as its answer. */
  async after(operation: Operation, { status }: Answered): Promise<void> {
    const mayHaveEnded = status === 204 || (status === 200 && operation.id === 'switchAccount');
    if (!isForSessions(operation) || !mayHaveEnded) return;
    const { api, login } = this.customer;
    const { accessToken } = await new Api(api.url).post<{ accessToken: string }>('/v1/sessions', login);
    this.session = accessToken;
  }
}
