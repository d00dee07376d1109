import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import {
  STAFF_ACCOUNT_ID,
  type DataOf,
  type ReplyOf,
  type Authenticate,
  type Principal,
} from '@berth/contracts';
import { PassportOffice } from '@berth/messaging';
import type { Model } from 'mongoose';
import { AccountModel, type Account } from '../accounts/account.model.ts';
import { MembershipModel, type Membership } from '../accounts/membership.model.ts';
import { Config } from '../config.ts';
import { Sessions } from '../sessions/sessions.ts';
import { Staff } from '../staff/staff.ts';
import { Tokens } from '../tokens/tokens.ts';
import { credentialKind } from './credential.ts';
import type { Identity } from './identity.ts';

/** Says who a bearer credential speaks for. */
@Injectable()
export class Authentication {
  private readonly office?: PassportOffice;

  constructor(
    @InjectModel(AccountModel.name) private readonly accounts: Model<Account>,
    @InjectModel(MembershipModel.name) private readonly memberships: Model<Membership>,
    private readonly tokens: Tokens,
    private readonly sessions: Sessions,
    private readonly staff: Staff,
    config: Config,
  ) {
    if (config.passportKey) this.office = new PassportOffice(config.passportKey);
  }

  /** Null for whatever is no longer or never was good; what is not even well-formed costs no look-up. */
  async authenticate({ credential }: DataOf<typeof Authenticate>): Promise<ReplyOf<typeof Authenticate>> {
    const answer = await this.whoHas(credential);
    const who = answer.principal ?? answer.restricted ?? answer.staff;
    return who && this.office ? { ...answer, passports: await this.office.issue(who) } : answer;
  }

  private async whoHas(credential: string): Promise<ReplyOf<typeof Authenticate>> {
    const identity = await this.identityOf(credential);
    if (!identity) return NOBODY;
    const expiresAt = identity.expiresAt?.toISOString() ?? null;
    if (identity.who.accountId === STAFF_ACCOUNT_ID) {
      const staff = await this.staff.principalOf(identity);
      return staff ? { principal: null, staff, expiresAt } : NOBODY;
    }
    const principal = await this.principalOf(identity);
    if (!principal) return NOBODY;
    const isFree = !principal.scopes && !principal.networks;
    return isFree ? { principal, expiresAt } : { principal: null, restricted: principal, expiresAt };
  }

  private async identityOf(credential: string): Promise<Identity | null> {
    switch (credentialKind(credential)) {
      case 'token':
        return this.tokens.identityOf(credential);
      case 'session':
        return this.sessions.identityOf(credential);
      default:
        return null;
    }
  }

  /**
   * The role is looked up each time, so that it ends with the membership. A suspended account still gets in: to read,
   * to pay, to terminate. A closed one does not.
   */
  private async principalOf({ who }: Identity): Promise<Principal | null> {
    const { accountId, userId } = who;
    const [membership, account] = await Promise.all([
      this.memberships.findOne({ accountId, userId }).lean(),
      this.accounts.findOne({ _id: accountId }).lean(),
    ]);
    if (!membership || !account || account.status === 'closed') return null;
    return { ...who, role: membership.role };
  }
}

const NOBODY = { principal: null, expiresAt: null };
