import type { Budget, BudgetAction } from '@berth/contracts';

/** What happens when a budget is used up: as a choice, and as a sentence. */
export const ACTIONS: Readonly<Record<BudgetAction, { label: string; means: string }>> = {
  none: { label: 'Write to us, and go on', means: 'people are written to, and nothing else happens' },
  block_launches: {
    label: 'Launch and resume nothing more',
    means:
      'nothing is launched or resumed until the budget is raised or the month is over; what runs goes on, and costs',
  },
  pause_servers: {
    label: 'Pause all servers',
    means:
      'all servers are paused, and nothing is launched or resumed until the budget is raised or the month is over; disks are kept, and nothing resumes by itself',
  },
};

/** With the colour of its badge; none where all is well. */
export const STATES: Readonly<Record<Budget['state'], { label: string; colour?: string }>> = {
  within: { label: 'Within' },
  warned: { label: 'Warned', colour: 'yellow' },
  exceeded: { label: 'Used up', colour: 'red' },
};

/** Who may set it. */
export const maySetBudget = (role: string): boolean => ['owner', 'admin', 'billing'].includes(role);
