import type { Problem } from '../api/problem.ts';

/** What the API said against a launch, where it is said. */
export interface Refusal {
  /** By the field of the body: `name`, `hostname`, `diskGib`, … */
  fields: Partial<Record<string, string>>;
  /** Beside the button, in words; undefined: as the problem says it, unless a field says it all. */
  text: string | undefined;
}

const RESOURCES: Readonly<Record<string, string>> = {
  servers: 'servers',
  vcpu: 'vCPUs',
  diskGib: 'GiB of disk',
};

export function refusalOf(problem: Problem): Refusal {
  const fields = Object.fromEntries(
    problem.errors.map(({ pointer, detail }) => [pointer.split('/')[1] ?? '', detail]),
  );
  switch (problem.code) {
    case 'hostname_taken':
      return { fields: { hostname: 'This host name has just been taken' }, text: undefined };
    case 'hostname_reserved':
      return { fields: { hostname: 'This host name is reserved' }, text: undefined };
    case 'quota_exceeded':
      return { fields, text: quotaText(problem) };
    case 'account_suspended':
      return {
        fields,
        text: 'Your account is suspended: what you have can be read and terminated, nothing can be launched. Ask support to have it reinstated.',
      };
    case 'account_closing':
      return {
        fields,
        text: 'Your account is closing: nothing can be launched before an owner opens it again.',
      };
    case 'email_unverified':
      return {
        fields,
        text: 'The e-mail address of your account’s owner is not verified yet: follow the link that was sent to it, then launch.',
      };
    case 'budget_exceeded':
      return {
        fields,
        text: 'Your account’s budget for this month is used up: nothing can be launched before it is raised, or the month is over. An owner, an admin or who sees to the bills can raise it.',
      };
    case 'unknown_offer':
      return { fields, text: 'What is offered has changed since this page was loaded. Choose again.' };
    default:
      return { fields, text: undefined };
  }
}

function quotaText({ document: { resource = '', limit, used } }: Problem): string {
  const what = RESOURCES[resource] ?? resource;
  return `Your account may have ${limit} ${what} at once, and ${used} are in use. Choose less, terminate a server that is not needed, or ask support for more.`;
}
