import { AGENT_CONFIG_PATH, AgentConfig } from '@berth/contracts';
import { parse } from 'yaml';
import { z } from 'zod';

/** The part of cloud-config that matters here (https://cloudinit.readthedocs.io/en/latest/reference/modules.html#write-files). */
const CloudConfig = z.object({
  write_files: z
    .array(
      z.object({
        path: z.string(),
        content: z.string().default(''),
        encoding: z.string().default('text/plain'),
      }),
    )
    .default([]),
});

/**
 * The agent's settings out of an instance's user data (base64). Undefined when there are none that an agent could work
 * with, or no cloud-config at all: such an instance boots silently, as it would in life.
 */
export function agentConfigOf(userData: string | undefined): AgentConfig | undefined {
  const text = Buffer.from(userData ?? '', 'base64').toString();
  if (!text.startsWith('#cloud-config')) return undefined;
  try {
    const file = CloudConfig.parse(parse(text)).write_files.find(({ path }) => path === AGENT_CONFIG_PATH);
    return file && AgentConfig.parse(JSON.parse(decoded(file)));
  } catch (error) {
    // Not the text itself: it may hold the agent's secret.
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).name;
    console.error(`an instance boots without an agent, its ${AGENT_CONFIG_PATH} is unusable: ${reason}`);
    return undefined;
  }
}

const decoded = ({ content, encoding }: { content: string; encoding: string }) =>
  /^(b64|base64)$/.test(encoding) ? Buffer.from(content, 'base64').toString() : content;
