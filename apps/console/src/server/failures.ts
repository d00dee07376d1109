import { FAILURES } from '@berth/contracts/failures';

interface FailureText {
  title: string;
  advice: string;
}

/** What a code means and what to do; of one that is newer than this page, the code. */
export function failureOf(code: string): FailureText {
  const known: Readonly<Record<string, FailureText>> = FAILURES;
  const { title, advice } = known[code] ?? {
    title: code.replaceAll('_', ' '),
    advice: 'Try again; if it fails again, tell support.',
  };
  // Documents set names of fields as code.
  return { title, advice: advice.replaceAll('`', '') };
}
