import { z } from 'zod';
import { Budget, BudgetBody } from '../budgets.ts';
import { AccountId } from '../fields.ts';
import { route } from './route.ts';

/** What an account means to spend in a month, and what is done when it does: said by it alone, and seen by staff. */
export const budgetRoutes = {
  budget: route({
    method: 'GET',
    path: '/v1/budget',
    summary: 'Read the budget and how much of it this month has used; without a budget its amount is null',
    tag: 'Usage',
    permission: 'usage:read',
    etag: true,
    success: { status: 200, body: Budget },
    problems: [],
  }),
  getAccountBudget: route({
    method: 'GET',
    path: '/v1/admin/accounts/{id}/budget',
    summary:
      'Read the budget of an account and how much of it this month has used; without a budget its amount is null',
    tag: 'Staff',
    permission: 'staff:read',
    params: z.strictObject({ id: AccountId }),
    success: { status: 200, body: Budget },
    problems: ['not_found'],
  }),
  setBudget: route({
    method: 'PUT',
    path: '/v1/budget',
    summary:
      'Set the budget: an amount for every month, when to be warned, and what is done when it is used up',
    tag: 'Usage',
    permission: 'billing:write',
    body: BudgetBody,
    etag: true,
    success: { status: 200, body: Budget },
    problems: ['precondition_failed'],
  }),
  removeBudget: route({
    method: 'DELETE',
    path: '/v1/budget',
    summary: 'Take the budget away, and with it what it has blocked',
    tag: 'Usage',
    permission: 'billing:write',
    etag: true,
    success: { status: 200, body: Budget },
    problems: ['precondition_failed'],
  }),
};
