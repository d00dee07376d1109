import { Page } from '../ui/page.tsx';

export default function StuckScreen() {
  return <Page title="Stuck">…</Page>;
}
