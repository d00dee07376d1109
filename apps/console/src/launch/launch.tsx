import { Page } from '../ui/page.tsx';

export default function LaunchScreen() {
  return <Page title="Launch">…</Page>;
}
