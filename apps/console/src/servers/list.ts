import type { Server } from '@berth/contracts';
import type { Dispatch, Ref, SetStateAction } from 'react';
import type { CostsById } from './shown.ts';
import type { Sort } from './view.ts';

/** What can be done to a list from outside of it. */
export interface ListHandle {
  /** Moves the focus to a server, by its place. */
  focus: (index: number) => void;
}

/** What table and cards are given alike. */
export interface ListProps {
  servers: readonly Server[];
  costs: CostsById;
  sort: Sort;
  onSort: (sort: Sort) => void;
  /** Ids. */
  selected: ReadonlySet<string>;
  /** Undefined for who may give no orders. */
  onSelect: Dispatch<SetStateAction<ReadonlySet<string>>> | undefined;
  handle: Ref<ListHandle>;
}

/** The same set with the id in it, or without it. */
export function toggled(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const others = new Set(ids);
  if (!others.delete(id)) others.add(id);
  return others;
}
