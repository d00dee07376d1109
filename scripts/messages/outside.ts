/** Who sends messages without being a service: by the message's name. */
export const SENT_FROM_OUTSIDE: Readonly<Record<string, string>> = {
  // Beside those of today while a release is rolled out.
  CreateToken: 'gateways of 0.1.0',
  GetQuote: 'gateways of 0.1.0',
  LogIn: 'gateways of 0.1.0',
  // By hand or script, for quotas; staff have no route for them yet.
  SetAccountStanding: 'an operator',
};

/** Who reads messages without being a service, with queues of their own. */
export const READ_OUTSIDE: Readonly<Record<string, string>> = {
  BudgetCrossed: 'whoever watches budgets from outside',
  // For whoever binds a queue to `berth.events`: a bookkeeping program, say.
  InvoiceIssued: 'billing systems outside Berth',
  InvoicePaid: 'billing systems outside Berth',
  InvoicePastDue: 'billing systems outside Berth',
  InvoiceVoided: 'billing systems outside Berth',
  UsageInvoiceVoided: 'billing systems outside Berth',
  UsageInvoiced: 'billing systems outside Berth',
  UsageRecorded: 'billing systems outside Berth',
};
