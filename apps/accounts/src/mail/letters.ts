import type { BudgetAction, BudgetCrossed, DataOf, Role } from '@berth/contracts';
import { quoted } from './quoted.ts';

/** What a mail says. */
export interface Letter {
  subject: string;
  /** Paragraphs. */
  before: string[];
  /** What opens the link, which stands between them. */
  action?: string;
  after: string[];
}

const NOT_YOU = 'If it was not you, do nothing: without the link nothing happens.';

/*
 * Whoever signs up, or asks for a link, can have any address written to. So nothing of theirs stands in these: no name, no word that
 * could be an advertisement or a trap. Where other people's words have to stand, they are `quoted`.
 */

export const verification: Letter = {
  subject: 'Verify your e-mail address',
  before: ['Somebody has signed up to Berth with this address. To show that it is yours, open this link:'],
  action: 'Verify the address',
  after: ['It is good for 24 hours.', NOT_YOU],
};

export const reset: Letter = {
  subject: 'Choose a new password',
  before: [
    'Somebody has asked for a new password of the Berth user with this address. To choose one, open this link:',
  ],
  action: 'Choose a new password',
  after: ['It is good for one hour and can be used once. It ends all sessions.', NOT_YOU],
};

export const newAddress: Letter = {
  subject: 'Confirm your new e-mail address',
  before: ['Somebody wants to use this address for their Berth user. To confirm it, open this link:'],
  action: 'Use this address',
  after: ['It is good for one hour and can be used once.', NOT_YOU],
};

export const changeRequested = (email: string): Letter => ({
  subject: 'Your e-mail address is about to change',
  before: [
    `Somebody who is logged in as you has asked for the address ${quoted(email)} instead of this one. It becomes yours when the link that was sent there is followed.`,
  ],
  after: [
    'If it was not you, choose a new password now (“Forgotten your password?” on the log-in page): it stops the change and ends all sessions.',
  ],
});

export const passwordChanged: Letter = {
  subject: 'Your password was changed',
  before: ['The password of your Berth user was changed. Other sessions have ended.'],
  after: ['If it was not you, choose a new one now: “Forgotten your password?” on the log-in page.'],
};

/** Names are those of an account and of somebody in it. */
export const invitation = (accountName: string, inviter: string, role: Role): Letter => ({
  subject: `Invitation to ${quoted(accountName)} on Berth`,
  before: [
    `${quoted(inviter)} invites you to the account ${quoted(accountName)} on Berth, as ${role}. To see the invitation, open this link:`,
  ],
  action: 'See the invitation',
  after: [
    'It is good for seven days, and for this address alone.',
    'If you do not know who this is, do nothing.',
  ],
});

/** Of an account, to its owners. */
export const accountClosing = (accountName: string, deletesAt: Date): Letter => ({
  subject: `The account ${quoted(accountName)} is closing`,
  before: [
    `An owner has closed the account ${quoted(accountName)} on Berth. Its servers are being terminated, with their disks. All else that it has is deleted on ${day(deletesAt)}; what invoices are made from is kept.`,
    'Until then its members can log in, look and download, and an owner can open it again:',
  ],
  action: 'See the account',
  after: ['If no owner of yours has done this, open it again and choose new passwords: somebody knows one.'],
});

export const deletionNear = (accountName: string, deletesAt: Date): Letter => ({
  subject: `The account ${quoted(accountName)} is about to be deleted`,
  before: [
    `The account ${quoted(accountName)} on Berth is closed. All that it has is deleted on ${day(deletesAt)}; what invoices are made from is kept.`,
    'This is the last mail about it. Until then an owner can download everything, or open the account again:',
  ],
  action: 'See the account',
  after: ['If that is what you want, do nothing.'],
});

type Crossing = Pick<
  DataOf<typeof BudgetCrossed>,
  'month' | 'percent' | 'amount' | 'used' | 'currency' | 'action'
>;

/** Of an account, to its owners and those who see to its bills. */
export function budgetCrossed(accountName: string, crossing: Crossing): Letter {
  const { month, percent, amount, used, currency, action } = crossing;
  const name = quoted(accountName);
  const isAll = percent === 100;
  const figures = `In ${monthName(month)} (UTC) the account ${name} on Berth has used ${money(used, currency)} of its budget of ${money(amount, currency)}, before tax and credit.`;
  return {
    subject: isAll ? `The budget of ${name} is used up` : `${percent} % of the budget of ${name} is used`,
    before: [figures, isAll ? ACTED[action] : ACTS[action], 'What it was used for, and the budget itself:'],
    action: 'See the costs',
    after: ['You are told because you are an owner of the account, or see to its bills.'],
  };
}

/** What happens when all is used. */
const ACTS: Readonly<Record<BudgetAction, string>> = {
  none: 'When all of it is used, we write once more and do nothing else.',
  block_launches:
    'When all of it is used, no server can be launched or resumed until the budget is raised or the month is over. What runs goes on.',
  pause_servers:
    'When all of it is used, all servers are paused, and none can be launched or resumed until the budget is raised or the month is over.',
};

/** What has happened now that it is. */
const ACTED: Readonly<Record<BudgetAction, string>> = {
  none: 'Nothing else is done: servers run on, and cost.',
  block_launches:
    'From now on no server can be launched or resumed, until the budget is raised or taken away, or the month is over. What runs goes on, and costs.',
  pause_servers:
    'All servers are being paused, their disks are kept, and none can be launched or resumed until the budget is raised or taken away, or the month is over. Nothing resumes by itself then.',
};

const monthName = (month: string): string =>
  new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(`${month}-01T00:00:00Z`),
  );

/** `250.13 EUR`, rounded down. */
const money = (amount: string, currency: string): string => {
  const [whole, part = ''] = amount.split('.');
  return `${whole}.${part.slice(0, 2).padEnd(2, '0')} ${currency}`;
};

/** `23 December 2026, 10:00 UTC`: people read it anywhere. */
const day = (at: Date): string =>
  `${new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(at)} UTC`;
