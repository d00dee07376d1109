import type { Browser } from 'playwright-core';
import { chromium } from './install.ts';

/** To run anywhere, also as root and without a screen, and to ask nobody but the page. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Debian's Chromium, installed when it is missing. Who starts no browser does not load what drives one. */
export async function startBrowser(): Promise<Browser> {
  const { chromium: driver } = await import('playwright-core');
  return driver.launch({ executablePath: chromium(), args: ARGUMENTS });
}
