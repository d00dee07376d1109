import type { LaunchRequest } from './server.model.ts';

/**
 * The request once EC2's answer to it is known: it is never sent again, so its text goes. That holds the agent's secret
 * and, with the user data in it, is several times as long as all the rest of a server, which every change writes anew.
 */
export const answered = (launch: LaunchRequest): LaunchRequest => ({
  ...launch,
  unresolved: false,
  sealedRequest: '',
});
