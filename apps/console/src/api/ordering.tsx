import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { problemText } from '../ui/problem-text.ts';
import type { ApiCall } from './call.ts';
import { Problem } from './problem.ts';
import { send } from './send.ts';

interface Outcome<Answer> {
  /** What to say when it is done. */
  done?: string | ((answer: Answer) => string);
  onDone?: (answer: Answer) => void;
  /** For who shows the problem where it belongs; true: nothing more is said. */
  onRefused?: (problem: Problem) => boolean;
}

/** For buttons: sends a call that changes something, says how it went, and is `isPending` meanwhile. */
export function useOrder<Answer>({ done, onDone, onRefused }: Outcome<Answer> = {}) {
  return useMutation<Answer, unknown, ApiCall<Answer>>({
    mutationFn: (call) => send(call),
    onSuccess: (answer) => {
      const message = typeof done === 'function' ? done(answer) : done;
      if (message) notifications.show({ message, color: 'teal' });
      onDone?.(answer);
    },
    onError: (error) => {
      if (error instanceof Problem && onRefused?.(error)) return;
      const { title, text } = problemText(error);
      notifications.show({ title, message: text, color: 'red', autoClose: 12_000 });
    },
  });
}
