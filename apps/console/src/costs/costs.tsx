import { Page } from '../ui/page.tsx';

export default function CostsScreen() {
  return <Page title="Costs">…</Page>;
}
