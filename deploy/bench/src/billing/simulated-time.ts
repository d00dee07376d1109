/** The time of a running Berth: the simulator's. */
export interface SimulatedTime {
  url: string;
  now(): Date;
}

/** Moves it on to noon of the 28th: of this month, or of the next when that is over. A minute later the last hour has been recorded. */
export async function movedTo28th(awsEndpoint: string): Promise<SimulatedTime> {
  const url = `${awsEndpoint}/_sim/clock`;
  const before = await offsetOf(await fetch(url));
  const now = new Date(Date.now() + before);
  const noon = (month: number) => new Date(Date.UTC(now.getUTCFullYear(), month, 28, 12, 1));
  const [thisMonth, next] = [noon(now.getUTCMonth()), noon(now.getUTCMonth() + 1)];
  const advanceSeconds = Math.ceil(((thisMonth > now ? thisMonth : next).getTime() - now.getTime()) / 1000);
  const offset = await offsetOf(
    await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ advanceSeconds }),
    }),
  );
  return { url, now: () => new Date(Date.now() + offset) };
}

async function offsetOf(response: Response): Promise<number> {
  if (!response.ok) throw new Error(`The clock answers ${response.status}`);
  return ((await response.json()) as { offsetMilliseconds: number }).offsetMilliseconds;
}
