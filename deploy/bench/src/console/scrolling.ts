import type { Page } from 'playwright-core';

const STEP_PIXELS = 240;
const STEPS = 240;
const FRAME_MILLISECONDS = 1000 / 60;

/**
 * Turns the wheel from the top of a page downwards, one turn for each frame, and says how many of a hundred frames were not
 * there in time.
 */
export async function missedFrames(page: Page): Promise<number> {
  await page.mouse.move(400, 500);
  await page.evaluate('window.scrollTo(0, 0)');
  const times = page.evaluate<number[]>(`new Promise((done) => {
    const times = [];
    const frame = (time) => {
      times.push(time);
      if (times.length > ${STEPS}) done(times);
      else requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  })`);
  let isOver = false;
  void times.finally(() => (isOver = true));
  while (!isOver) await page.mouse.wheel(0, STEP_PIXELS);
  const [first = 0, ...others] = await times;
  const due = Math.round(((others.at(-1) ?? first) - first) / FRAME_MILLISECONDS);
  return (100 * Math.max(0, due - others.length)) / due;
}
