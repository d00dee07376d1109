import type { Page } from 'playwright-core';

/** From the moment the search has another text until the list that goes with it has been painted, in milliseconds. */
export function filterMilliseconds(page: Page, text: string): Promise<number> {
  return page.evaluate<number>(`new Promise((done, failed) => {
    const input = document.querySelector('search input');
    const table = document.querySelector('[aria-rowcount]');
    const before = table.getAttribute('aria-rowcount');
    const startedAt = performance.now();
    const changed = new MutationObserver(() => {
      changed.disconnect();
      // The frame after the one that paints it.
      requestAnimationFrame(() => requestAnimationFrame((paintedAt) => done(paintedAt - startedAt)));
    });
    changed.observe(table, { attributes: true, attributeFilter: ['aria-rowcount'] });
    setTimeout(() => failed(new Error('The list stays as it is, at ' + before)), 5_000);
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(input, ${JSON.stringify(text)});
    input.dispatchEvent(new Event('input', { bubbles: true }));
  })`);
}
