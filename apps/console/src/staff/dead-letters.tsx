import { Page } from '../ui/page.tsx';

export default function DeadLettersScreen() {
  return <Page title="DeadLetters">…</Page>;
}
