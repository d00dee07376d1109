import { userInfo } from 'node:os';
import { Injectable } from '@nestjs/common';
import { STAFF_ACCOUNT_ID } from '@berth/contracts';
import { OwnAccounts } from '../members/own-accounts.ts';
import { AuditTrail } from './audit-trail.ts';

type Action = 'addStaff' | 'removeStaff' | 'removeSecondFactor';

const OPERATOR = { kind: 'system', id: 'operator', userId: null } as const;

/** What who runs Berth does to people by a command beside the API, where nobody logs in. */
@Injectable()
export class OperatorDeeds {
  constructor(
    private readonly trail: AuditTrail,
    private readonly ownAccounts: OwnAccounts,
  ) {}

  /**
   * Adds an entry to the staff's trail, which names the user of the machine who ran the command; and one to that of the customer whom it
   * was about, which does not. In the open transaction.
   */
  async note(action: Action, userId: string, changes: Record<string, string> = {}): Promise<void> {
    const deed = { action, actor: OPERATOR, target: { type: 'user', id: userId } };
    await this.trail.note({
      ...deed,
      accountId: STAFF_ACCOUNT_ID,
      changes: { ...changes, operator: whoRunsThis() },
    });
    for (const { account } of await this.ownAccounts.openOf(userId))
      await this.trail.note({ ...deed, accountId: account._id });
  }
}

/** The user of the machine, and behind sudo who became that one. */
function whoRunsThis(): string {
  const { SUDO_USER } = process.env;
  const name = nameOfUser();
  return SUDO_USER ? `${SUDO_USER} as ${name}` : name;
}

/** In a container the user often has a number and no name. */
function nameOfUser(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}
