import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** What WCAG 2.2 asks for at the levels A and AA, as far as a program can tell. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const PATIENCE_MILLISECONDS = 15_000;

export interface Looks {
  colorScheme?: 'light' | 'dark';
  width?: number;
  height?: number;
}

/** Somebody with a browser of their own: cookies, storage and tabs. */
export class Visitor {
  readonly login = { email: `${randomUUID()}@example.com`, password: 'correct horse battery' };
  /** What went wrong in the pages without anybody being told: scripts that failed, what the content policy kept out. */
  readonly faults: string[] = [];

  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    private readonly url: string,
  ) {}

  static async open(
    browser: Browser,
    url: string,
    { colorScheme = 'light', width = 1280, height = 800 }: Looks = {},
  ) {
    const context = await browser.newContext({
      colorScheme,
      viewport: { width, height },
      reducedMotion: 'reduce',
    });
    context.setDefaultTimeout(PATIENCE_MILLISECONDS);
    const visitor = new Visitor(context, await context.newPage(), url);
    context.on('weberror', (error) => visitor.faults.push(error.error().message));
    context.on('console', (message) => {
      if (/content security policy|violates/i.test(message.text())) visitor.faults.push(message.text());
    });
    return visitor;
  }

  /** Opens a path of the console, in another tab if it is said. */
  async go(path: string, page: Page = this.page): Promise<void> {
    await page.goto(this.url + path);
  }

  /** Makes an account by the page, and lands on its servers. */
  async signUp(): Promise<void> {
    await this.go('/signup');
    await this.page.getByLabel('Your name').fill('Ada Lovelace');
    await this.page.getByLabel('Company or team').fill('Analytical Engines');
    await this.fillLogin();
    await this.page.getByRole('button', { name: 'Create account' }).click();
    await this.sees('Servers');
  }

  async logIn(login = this.login): Promise<void> {
    await this.go('/login');
    await this.fillLogin(login);
    await this.page.getByRole('button', { name: 'Log in' }).click();
  }

  async fillLogin({ email, password } = this.login, page: Page = this.page): Promise<void> {
    await page.getByLabel('E-mail').fill(email);
    await page.getByRole('textbox', { name: 'Password' }).fill(password);
  }

  /** Waits for the screen of that title. */
  async sees(title: string | RegExp, page: Page = this.page): Promise<void> {
    await page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor();
  }

  /** What axe finds against it, a line each; nothing is as it should be. */
  async inaccessible(page: Page = this.page): Promise<string[]> {
    await page.evaluate(AXE);
    const { violations } = await page.evaluate<AxeResults>(
      `axe.run(document, ${JSON.stringify({ runOnly: RULES, resultTypes: ['violations'] })})`,
    );
    return violations.flatMap(({ id, help, nodes }) =>
      nodes.map(({ html }) => `${id}: ${help}: ${html.slice(0, 200)}`),
    );
  }

  async leave(): Promise<void> {
    await this.context.close();
  }
}
