import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, useRef, useState, type FocusEvent, type KeyboardEvent } from 'react';

const HEADER = 56;

interface Of {
  /** How many things there are. */
  count: number;
  /** How many of them stand beside each other. */
  columns: number;
  /** Of a row, in pixels, until it has been measured. */
  height: number;
  /** What sticks above the rows, in pixels, besides the page's header. */
  head: number;
}

/**
 * A long list of which only those rows are in the page that can be seen, and the one that has the focus, so that it is not
 * lost by scrolling. Arrow keys move from thing to thing: each is marked with `data-item` and has a link.
 */
export function useRows<Container extends HTMLElement>({ count, columns, height, head }: Of) {
  const container = useRef<Container>(null);
  const next = useRef<number | null>(null);
  const [focused, setFocused] = useState(-1);
  const [top, setTop] = useState(0);
  const focusedRow = Math.floor(focused / columns);
  const virtualizer = useWindowVirtualizer<HTMLElement>({
    count: Math.ceil(count / columns),
    estimateSize: () => height,
    overscan: 8,
    scrollMargin: top,
    scrollPaddingStart: HEADER + head,
    scrollPaddingEnd: height,
    useFlushSync: false,
    rangeExtractor: ({ startIndex, endIndex, overscan, count: rows }) => {
      const first = Math.max(0, startIndex - overscan);
      const last = Math.min(rows - 1, endIndex + overscan);
      const range = Array.from({ length: last - first + 1 }, (_, i) => first + i);
      if (focusedRow < 0 || focusedRow >= rows) return range;
      return focusedRow < first ? [focusedRow, ...range] : focusedRow > last ? [...range, focusedRow] : range;
    },
  });

  // eslint-disable-next-line react-hooks/exhaustive-deps -- anything may have moved it; the same place again is no update
  useLayoutEffect(() => {
    const element = container.current;
    if (element) setTop(Math.round(element.getBoundingClientRect().top + window.scrollY));
    if (next.current === null) return;
    const link = element?.querySelector<HTMLElement>(`[data-item="${next.current}"] a`);
    if (!link) return;
    next.current = null;
    link.focus({ preventScroll: true });
  });

  const go = (index: number) => {
    const to = Math.min(count - 1, Math.max(0, index));
    next.current = to;
    setFocused(to);
    virtualizer.scrollToIndex(Math.floor(to / columns), { align: 'auto' });
  };
  return {
    container,
    virtualizer,
    /** Moves the focus to a thing. */
    go,
    handlers: {
      onFocus: ({ target }: FocusEvent) => setFocused(indexOf(target)),
      onKeyDown: (event: KeyboardEvent) => {
        const at = indexOf(event.target);
        const step = stepsOf(columns)[event.key];
        if (at < 0 || step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        go(at + step);
      },
    },
  };
}

const stepsOf = (columns: number): Record<string, number> => ({
  ArrowDown: columns,
  ArrowUp: -columns,
  ...(columns > 1 && { ArrowRight: 1, ArrowLeft: -1 }),
  Home: -Infinity,
  End: Infinity,
});

const indexOf = (target: EventTarget) =>
  target instanceof Element ? Number(target.closest('[data-item]')?.getAttribute('data-item') ?? -1) : -1;
