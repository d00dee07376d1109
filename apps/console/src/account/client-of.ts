import Bowser from 'bowser';

export interface Client {
  kind: 'desktop' | 'mobile' | 'program';
  /** `Firefox on Linux`; of a program what it calls itself. */
  name: string;
}

const LONGEST_NAME = 40;

/** What somebody recognises a log-in by, from its User-Agent, which may say anything. */
export function clientOf(userAgent: string): Client {
  if (!userAgent) return { kind: 'program', name: 'Something that does not say what it is' };
  const { browser, os, platform } = Bowser.parse(userAgent);
  if (!browser.name || !os.name || !platform.type) {
    return { kind: 'program', name: userAgent.slice(0, LONGEST_NAME) };
  }
  return {
    kind: platform.type === 'desktop' ? 'desktop' : 'mobile',
    name: `${browser.name} on ${os.name}`,
  };
}
