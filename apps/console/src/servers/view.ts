import type { ServerStatus } from '@berth/contracts';
import { STATUSES } from '../ui/statuses.ts';

/** The kinds of status that a list is filtered by. */
export const GROUPS = {
  running: 'Running',
  changing: 'Changing',
  paused: 'Paused',
  attention: 'Needs attention',
  terminated: 'Terminated',
} as const;
export type Group = keyof typeof GROUPS;

export function groupOf(status: ServerStatus): Group {
  if (status === 'paused' || status === 'terminated') return status;
  const { tone } = STATUSES[status];
  return tone === 'good' ? 'running' : tone === 'busy' ? 'changing' : 'attention';
}

/** What a list can be sorted by; each begins with what one looks for first. */
export const SORTS = {
  newest: { label: 'Newest first', descending: true },
  name: { label: 'Name', descending: false },
  status: { label: 'Status', descending: false },
  price: { label: 'Price', descending: true },
  cost: { label: 'Cost this month', descending: true },
} as const;
export type SortKey = keyof typeof SORTS;

export interface Sort {
  by: SortKey;
  descending: boolean;
}

/** What is shown of a list, as its address says. */
export interface View {
  /** Words that must all be found. */
  q: string;
  /** Null: all that are not terminated. */
  group: Group | null;
  /** `key` or `key:value`, as the API takes it; empty: whatever they carry. */
  tag: string;
  sort: Sort;
}

const has = <Table extends object>(table: Table, key: string): key is keyof Table & string =>
  Object.hasOwn(table, key);

/** The view in an address; what it does not know it leaves out, since people edit addresses. */
export function viewOf(query: URLSearchParams): View {
  const group = query.get('status') ?? '';
  const sort = query.get('sort') ?? '';
  const by = sort.replace(/^-/, '');
  return {
    q: query.get('q') ?? '',
    group: has(GROUPS, group) ? group : null,
    tag: query.get('tag') ?? '',
    sort: has(SORTS, by) ? { by, descending: sort.startsWith('-') } : { by: 'newest', descending: true },
  };
}

/** The address of a view: what is as always is not in it. */
export function queryOf({ q, group, tag, sort }: View): URLSearchParams {
  const isNewest = sort.by === 'newest' && sort.descending;
  return new URLSearchParams([
    ...(q ? [['q', q]] : []),
    ...(group ? [['status', group]] : []),
    ...(tag ? [['tag', tag]] : []),
    ...(isNewest ? [] : [['sort', `${sort.descending ? '-' : ''}${sort.by}`]]),
  ]);
}
