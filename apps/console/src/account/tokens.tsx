import { Page } from '../ui/page.tsx';

export default function TokensScreen() {
  return <Page title="Tokens">…</Page>;
}
