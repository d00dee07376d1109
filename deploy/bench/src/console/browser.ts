import { chromium, CHROMIUM_ARGUMENTS } from '@berth/local';
import { chromium as playwright, type Browser } from 'playwright-core';

/** Debian's Chromium, installed when it is missing. */
export const startBrowser = (): Promise<Browser> =>
  playwright.launch({ executablePath: chromium(), args: [...CHROMIUM_ARGUMENTS] });
