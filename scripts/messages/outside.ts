/** Who sends messages without being a service: by the message's name. */
export const SENT_FROM_OUTSIDE: Readonly<Record<string, string>> = {
  // By hand or script; Berth has no route for it yet.
  SetAccountStanding: 'an operator',
};

/** Who reads messages without being a service, with queues of their own. */
export const READ_OUTSIDE: Readonly<Record<string, string>> = {
  UsageRecorded: 'billing systems outside Berth',
};
