import { Page } from '../ui/page.tsx';

export default function ServerScreen() {
  return <Page title="Server">…</Page>;
}
