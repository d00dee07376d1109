import type { AuditEvent, routes } from '@berth/contracts';
import type { Tone } from '../ui/statuses.ts';

type Routes = typeof routes;
/** The routes of which the trail tells; the compiler finds those for which there are no words here. */
type Told = {
  [Name in keyof Routes]: Routes[Name] extends { method: 'GET' } | { reads: true } ? never : Name;
}[keyof Routes];
/** Of the staff's own matters no customer's trail tells. */
type OfStaff =
  'replayDeadLetter' | 'replayDeadLetters' | 'startUsageReplay' | 'cancelUsageReplay' | 'startReconciliation';
/** What changes nothing, or is no request. */
type ByThemselves =
  | 'agentReport'
  | 'setAccountStanding'
  | 'suspendForDebt'
  | 'reinstateAfterDebt'
  | 'listAccountAuditEvents'
  | 'addStaff'
  | 'removeStaff'
  | 'removeSecondFactor'
  | 'budgetExceeded'
  | 'budgetLifted';

/** What was asked for, in words. */
export const ACTIONS: Readonly<Record<Exclude<Told, OfStaff> | ByThemselves, string>> = {
  signUp: 'Sign up',
  logIn: 'Log in',
  logOut: 'Log out',
  switchAccount: 'Go on in another account',
  endSession: 'End a session',
  endSessions: 'End all sessions',
  updateMe: 'Change one’s name',
  changePassword: 'Change the password',
  beginTotp: 'Begin to set up an authenticator app',
  confirmTotp: 'Set up an authenticator app',
  removeTotp: 'Turn off the second factor',
  renewRecoveryCodes: 'Make new recovery codes',
  resendVerification: 'Have an address verified',
  confirmEmail: 'Verify an address',
  requestPasswordReset: 'Ask for a new password',
  resetPassword: 'Set a new password by mail',
  requestEmailChange: 'Ask for another address',
  confirmEmailChange: 'Change the address',
  closeAccount: 'Close the account',
  reopenAccount: 'Open the account again',
  createToken: 'Make an API token',
  revokeToken: 'Revoke an API token',
  acceptInvitation: 'Join an account',
  leaveAccount: 'Leave the account',
  updateMember: 'Change a member’s role',
  removeMember: 'Remove a member',
  createInvitation: 'Invite somebody',
  revokeInvitation: 'Revoke an invitation',
  launchServer: 'Launch a server',
  updateServer: 'Change a server',
  terminateServer: 'Terminate a server',
  pauseServer: 'Pause a server',
  resumeServer: 'Resume a server',
  restartServer: 'Restart a server',
  retryServer: 'Retry a launch',
  cancelOperation: 'Cancel an operation',
  suspendAccount: 'Suspend the account',
  reinstateAccount: 'Reinstate the account',
  updateAccount: 'Change what the account may have',
  grantCredit: 'Give credit',
  withdrawCredit: 'Take credit back',
  declareVoid: 'Declare minutes void',
  withdrawVoid: 'Bill void minutes again',
  updateAccountTerms: 'Change currency or own prices',
  applyPrices: 'Announce prices',
  setBudget: 'Set the budget',
  removeBudget: 'Take the budget away',
  budgetExceeded: 'The budget is used up',
  budgetLifted: 'The month of the budget is over',
  setBillingProfile: 'Change whom invoices are for',
  setAccountTax: 'Change how invoices are taxed',
  closeMonth: 'Close a month',
  payInvoice: 'Note what was paid of an invoice',
  voidInvoice: 'Make an invoice void',
  suspendForDebt: 'Suspend the account for what it owes',
  reinstateAfterDebt: 'Reinstate the account, which has paid',
  setAccountStanding: 'Decide about the account',
  listAccountAuditEvents: 'Read the audit trail',
  addStaff: 'Make somebody of the staff',
  removeStaff: 'Remove somebody of the staff',
  removeSecondFactor: 'Lift a lost second factor',
  nudge: 'Nudge what is stuck',
  releaseOrphan: 'Release what has no owner',
  agentReport: 'A server’s report',
};

/** What there are no words for, because the page is older than what it shows, is shown as it is called. */
export const actionText = (action: string): string =>
  (ACTIONS as Readonly<Record<string, string | undefined>>)[action] ?? action;

export const OUTCOMES: Readonly<Record<AuditEvent['outcome'], { label: string; tone: Tone }>> = {
  done: { label: 'Done', tone: 'good' },
  refused: { label: 'Not possible', tone: 'warn' },
  denied: { label: 'Not allowed', tone: 'bad' },
  failed: { label: 'Failed', tone: 'bad' },
  unknown: { label: 'Not known', tone: 'calm' },
};

/** Who did it, or tried to. */
export function actorText({ kind, id, name }: AuditEvent['actor']): string {
  switch (kind) {
    case 'user':
      return name ?? id;
    case 'token':
      return `API token ${name ?? id}`;
    case 'staff':
      return `${name ?? 'Somebody'}, of the staff`;
    case 'server':
      return `Somebody in the name of ${id}`;
    case 'system':
      return 'Berth';
  }
}
