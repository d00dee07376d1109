import type { Server } from '@berth/contracts';
import { startBrowser } from '@berth/local';
import type { Browser, Page } from 'playwright-core';
import { Berth } from '../api/berth.ts';
import { addServers } from '../api/fleet.ts';
import type { Contestant, Sample } from '../bench.ts';
import { launched, terminated } from '../launch/launched.ts';
import type { Stage } from '../stage.ts';
import { median, percentile } from '../statistics.ts';
import { filterMilliseconds } from './filtering.ts';
import { missedFrames } from './scrolling.ts';
import { Hosts, secondsUntilSeen } from './status-changes.ts';

const SERVERS = 1_000;
const SEARCHES = 20;
/** All of them in sight: of a long list only such rows are in the page. */
const FAILING = 12;
/** It is not the boots that are measured. */
const AWS_IN_A_HURRY = { BERTH_SIM_BOOT_SECONDS: '0.2', BERTH_SIM_THROTTLING: 'off' };

/** The console's list in a browser, of a customer with 1,000 servers. */
export class ConsolePage implements Contestant {
  private constructor(
    private readonly berth: Berth,
    private readonly browser: Browser,
    private readonly page: Page,
    private readonly hosts: Hosts,
  ) {}

  static async open(stage: Stage): Promise<ConsolePage> {
    const berth = await Berth.start(stage, AWS_IN_A_HURRY);
    const { customer, system } = berth;
    const { id } = await customer.running();
    await addServers(system.mongoUri, id, [customer.accountId], SERVERS - 1);
    const browser = await startBrowser();
    const page = await browser.newPage();
    await page.goto(`${system.url}/login`);
    await page.getByLabel('E-mail').fill(customer.login.email);
    await page.getByRole('textbox', { name: 'Password' }).fill(customer.login.password);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.locator('[aria-rowcount]').waitFor();
    return new ConsolePage(berth, browser, page, new Hosts(system.awsEndpoint));
  }

  async round(): Promise<Sample> {
    const missed = await missedFrames(this.page);
    const filtered = await this.filter();
    const seen = await this.fail();
    return {
      'missed frames %': missed,
      'filter ms': Math.max(...filtered),
      'status s, p95': percentile(seen, 95),
      'status s, median': median(seen),
    };
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await this.berth.stop();
  }

  /** Searches for one server after the other and clears the search again, as often. */
  private async filter(): Promise<number[]> {
    const { items } = await this.berth.customer.api.get<{ items: Server[] }>('/v1/servers?limit=10');
    const times: number[] = [];
    while (times.length < SEARCHES)
      for (const { id } of items)
        for (const text of [id, '']) times.push(await filterMilliseconds(this.page, text));
    return times;
  }

  /** Lets the hosts of new servers fail, one after the other. */
  private async fail(): Promise<number[]> {
    const { customer } = this.berth;
    const servers = await Promise.all(Array.from({ length: FAILING }, () => launched(customer)));
    await this.page.evaluate('window.scrollTo(0, 0)');
    const times: number[] = [];
    for (const { serverId } of servers)
      times.push(await secondsUntilSeen(this.page, serverId, () => this.hosts.fail(serverId)));
    await Promise.all(servers.map(({ serverId }) => terminated(customer, serverId)));
    return times;
  }
}
