/** What came of orders to many: those carried out, and those refused with the reason. */
export interface Outcome<Item, Answer> {
  done: { item: Item; answer: Answer }[];
  refused: { item: Item; error: unknown }[];
}

/** A browser has six connections to a host: enough are left for what else is done meanwhile. */
const AT_ONCE = 3;

/**
 * Gives an order for every item, a few at once, whatever becomes of the others. `told` hears after each how many have
 * ended. Never rejects.
 */
export async function forEach<Item, Answer>(
  items: readonly Item[],
  order: (item: Item) => Promise<Answer>,
  told: (ended: number) => void,
): Promise<Outcome<Item, Answer>> {
  const outcome: Outcome<Item, Answer> = { done: [], refused: [] };
  const waiting = items.values();
  let ended = 0;
  const takeOn = async () => {
    for (const item of waiting) {
      await order(item).then(
        (answer) => outcome.done.push({ item, answer }),
        (error: unknown) => outcome.refused.push({ item, error }),
      );
      told((ended += 1));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, takeOn));
  return outcome;
}
