import { problem, type ProblemError } from '@berth/messaging';

/** Runs a try that was counted already and resolves to null when it was wrong; what was not wrong is taken back. */
export async function unlessWrong<Result>(
  attempt: () => Promise<Result | null>,
  takeBack: () => Promise<unknown>,
): Promise<Result | null> {
  let isWrong = false;
  try {
    const result = await attempt();
    isWrong = result === null;
    return result;
  } finally {
    if (!isWrong) await takeBack();
  }
}

/** 429 `too_many_attempts`, and when they may go on. */
export const tooManyAttempts = (millisecondsLeft: number, detail?: string): ProblemError =>
  problem('too_many_attempts', {
    ...(detail !== undefined && { detail }),
    extensions: { retryAfterSeconds: Math.ceil(millisecondsLeft / 1000) },
  });
