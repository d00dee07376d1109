import { Problem } from '../api/problem.ts';

/** A failure in words for people; `reference` is what support asks for. */
export function problemText(error: unknown): { title: string; text: string; reference: string | undefined } {
  if (!(error instanceof Problem)) {
    return {
      title: 'Something went wrong',
      text: 'The console itself failed. Reload the page.',
      reference: undefined,
    };
  }
  const fields = error.errors.map(({ pointer, detail }) => `${pointer.replace(/^\//, '')}: ${detail}`);
  return {
    title: error.title,
    text: [error.detail, ...fields].filter(Boolean).join(' · ') || `The answer was ${error.status}.`,
    reference: error.requestId,
  };
}
