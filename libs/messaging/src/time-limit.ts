/** Fails with {@link TookTooLong} when the work takes longer. Nothing can end work that goes on: it is left behind. */
export function within<Result>(seconds: number, what: string, work: () => Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new TookTooLong(what, seconds)), seconds * 1000);
    const end =
      <Value>(settle: (value: Value) => void) =>
      (value: Value) => {
        clearTimeout(timer);
        settle(value);
      };
    work().then(end(resolve), end(reject));
  });
}

export class TookTooLong extends Error {
  constructor(what: string, seconds: number) {
    super(`${what} has not come to its end within ${seconds} s`);
  }
}
