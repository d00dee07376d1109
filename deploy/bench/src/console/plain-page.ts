import { startBrowser } from '@berth/local';
import type { Browser, Page } from 'playwright-core';
import type { Contestant, Sample } from '../bench.ts';
import { missedFrames } from './scrolling.ts';

const ROWS = 1_000;
const ROW = '<tr style="height: 61px"><td>Bench</td><td>Running</td><td>bench.berth.localhost</td></tr>';

/** As many rows as the console's list, without a script: what the machine's browser misses by itself. */
export class PlainPage implements Contestant {
  private constructor(
    private readonly browser: Browser,
    private readonly page: Page,
  ) {}

  static async open(): Promise<PlainPage> {
    const browser = await startBrowser();
    const page = await browser.newPage();
    await page.setContent(`<table style="width: 100%">${ROW.repeat(ROWS)}</table>`);
    return new PlainPage(browser, page);
  }

  async round(): Promise<Sample> {
    return { 'missed frames %': await missedFrames(this.page) };
  }

  stop(): Promise<void> {
    return this.browser.close();
  }
}
