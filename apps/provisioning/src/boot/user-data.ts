import { readFileSync } from 'node:fs';
import { AGENT_CONFIG_PATH, type AgentConfig, type BootTemplate } from '@berth/contracts';
import { stringify } from 'yaml';
import { filled, type Placeholders } from './placeholders.ts';

/** EC2's limit, before base64 (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html). */
const MOST_BYTES = 16_384;
const LIB = '/usr/local/lib/berth';
/** Files that belong on the data disk wait here until it is mounted. */
const STAGED = '/var/lib/berth/files';

const script = (name: string) => readFileSync(new URL(`./${name}`, import.meta.url), 'utf8');
const agent = script('agent.sh');
const prepareDisk = script('prepare-disk.sh');

const UNIT = `[Unit]
Description=Berth agent: data disk, product, reports
After=network-online.target
Wants=network-online.target

[Service]
Type=oneshot
RemainAfterExit=yes
TimeoutStartSec=infinity
ExecStart=${LIB}/agent.sh

[Install]
WantedBy=multi-user.target
`;

export class UserDataTooLarge extends Error {
  constructor(bytes: number) {
    super(
      `The user data has ${bytes} bytes; EC2 takes ${MOST_BYTES}. Shorten the product's files or start commands.`,
    );
  }
}

/**
 * cloud-config (https://cloudinit.readthedocs.io/en/latest/reference/modules.html) that turns the image into the product.
 * cloud-init writes the files and enables the agent's unit at the first boot; from then on systemd starts the agent at
 * every boot. Throws {@link UserDataTooLarge}.
 */
export function userData(template: BootTemplate, config: AgentConfig, placeholders: Placeholders): string {
  const { dataPath } = template;
  const fill = (text: string) => filled(text, placeholders);
  const productFiles = template.files.map(({ path, permissions, content }) => ({
    path: isUnder(dataPath, path) ? `${STAGED}${path}` : path,
    permissions,
    content: fill(content),
  }));
  const start = ['#!/bin/bash', 'set -euo pipefail', ...template.start.map(fill), ''].join('\n');
  const text = `#cloud-config\n${stringify(
    {
      write_files: [
        { path: AGENT_CONFIG_PATH, permissions: '0600', content: JSON.stringify(config) },
        { path: '/etc/berth/data-path', permissions: '0644', content: dataPath },
        { path: `${LIB}/agent.sh`, permissions: '0755', content: agent },
        { path: `${LIB}/prepare-disk.sh`, permissions: '0755', content: prepareDisk },
        // The start commands may hold secrets of the product.
        { path: `${LIB}/start.sh`, permissions: '0700', content: start },
        { path: '/etc/systemd/system/berth-agent.service', permissions: '0644', content: UNIT },
        ...productFiles,
      ],
      runcmd: [
        ['systemctl', 'daemon-reload'],
        ['systemctl', 'enable', '--now', '--no-block', 'berth-agent.service'],
      ],
    },
    { lineWidth: 0 },
  )}`;
  const bytes = Buffer.byteLength(text);
  if (bytes > MOST_BYTES) throw new UserDataTooLarge(bytes);
  return text;
}

const isUnder = (folder: string, path: string) => path.startsWith(`${folder.replace(/\/$/, '')}/`);
