import { execFileSync, spawnSync } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  AGENT_CONFIG_PATH,
  AgentConfig,
  AgentReport,
  BootTemplate,
  SignedAgentReport,
  type Product,
} from '@berth/contracts';
import { newId } from '@berth/mongo';
import { parse } from 'yaml';
import { sampleCatalog } from '../fixtures/catalog.ts';
import { filled } from './placeholders.ts';
import { userData, UserDataTooLarge } from './user-data.ts';

const config: AgentConfig = {
  deploymentId: 'local',
  serverId: newId('srv'),
  keyId: 'key-1',
  secret: randomBytes(32).toString('base64'),
  topicArn: 'arn:aws:sns:eu-central-1:000000000000:berth-events',
  region: 'eu-central-1',
  health: { scheme: 'http', port: 8080, path: '/healthz?deep=1' },
  dataDevice: '/dev/sdf',
};
const placeholders = {
  hostname: 'maps.berth.localhost',
  serverName: 'Maps "$(reboot)"; rm -rf / #',
  serverId: config.serverId,
  version: '2.0',
  size: 'small',
  region: 'eu-central-1',
  dataPath: '/srv/data',
};
const [product] = sampleCatalog.products as [Product];
const text = userData(product.boot, config, placeholders);
const { write_files: files } = parse(text) as {
  write_files: { path: string; permissions: string; content: string }[];
};
const file = (path: string) => files.find((one) => one.path === path);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(`${tmpdir()}/berth-boot-`);
});
afterAll(() => rmSync(folder, { recursive: true }));

const script = (name: string) => fileURLToPath(new URL(name, import.meta.url));

describe('the user data', () => {
  const hasCloudInit = !spawnSync('cloud-init', ['--version']).error;
  if (!hasCloudInit) process.stdout.write('cloud-init is not installed: its schema check is skipped\n');
  (hasCloudInit ? test : test.skip)('is cloud-config that cloud-init accepts', () => {
    writeFileSync(`${folder}/user-data`, text);
    const run = spawnSync('cloud-init', ['schema', '--config-file', `${folder}/user-data`], {
      encoding: 'utf8',
    });
    expect({ status: run.status, text: run.stdout + run.stderr }).toMatchObject({ status: 0 });
  });

  test('gives the agent its settings, readable by root alone', () => {
    const found = file(AGENT_CONFIG_PATH);
    expect(found?.permissions).toBe('0600');
    expect(AgentConfig.parse(JSON.parse(found?.content ?? ''))).toEqual(config);
  });

  test('fills in the product, and keeps what belongs on the data disk until that is mounted', () => {
    expect(file('/etc/motd')?.content).toBe('This is Maps reboot rm -rf   at maps.berth.localhost\n');
    expect(file('/var/lib/berth/files/srv/data/welcome.html')).toMatchObject({
      permissions: '0600',
      content: '<h1>2.0</h1>',
    });
    expect(file('/usr/local/lib/berth/start.sh')?.content).toContain(
      'echo small in eu-central-1 > /srv/data/where',
    );
  });

  test('never lets the name a customer chose become a command', () => {
    const named = filled('echo "{{serverName}}" > /etc/motd', placeholders);
    expect(named).not.toMatch(/[$`;#]|".*".*"/);
  });

  test('leaves alone what is no placeholder of ours', () => {
    expect(filled('{{constructor}} {{ jinja }} ${SHELL}', placeholders)).toBe(
      '{{constructor}} {{ jinja }} ${SHELL}',
    );
  });

  test('that EC2 would refuse for its size is refused before', () => {
    const template = BootTemplate.parse({ ...product.boot, start: ['x'.repeat(16_384)] });
    expect(() => userData(template, config, placeholders)).toThrow(UserDataTooLarge);
    expect(Buffer.byteLength(text)).toBeLessThan(10_000);
  });

  test('holds scripts that bash can read', () => {
    for (const { path, content } of files.filter(({ content }) => content.startsWith('#!/bin/bash'))) {
      const run = spawnSync('bash', ['-n'], { input: content, encoding: 'utf8' });
      expect({ path, errors: run.stderr }).toEqual({ path, errors: '' });
    }
  });
});

describe('the agent', () => {
  /** Runs the agent with its paths in a folder of ours and a curl that notes what it is told. */
  function agent(...args: string[]): string {
    const [etc, bin, state] = ['etc', 'bin', 'state'].map((name) => `${folder}/${name}`) as [
      string,
      string,
      string,
    ];
    for (const path of [etc, bin, state]) mkdirSync(path, { recursive: true });
    writeFileSync(`${etc}/agent.json`, file(AGENT_CONFIG_PATH)?.content ?? '');
    writeFileSync(`${etc}/data-path`, `${folder}/data`);
    writeFileSync(`${bin}/curl`, CURL);
    chmodSync(`${bin}/curl`, 0o755);
    return execFileSync('bash', [script('./agent.sh'), ...args], {
      encoding: 'utf8',
      input: '{"phase":"ready"}',
      env: {
        PATH: `${bin}:${process.env['PATH'] ?? ''}`,
        BERTH_ETC: etc,
        BERTH_STATE: state,
        CURL_LOG: `${folder}/curl.log`,
      },
    });
  }

  /** Stands for IMDS and SNS. */
  const CURL = `#!/bin/bash
printf '%s\\n' "$@" >>"$CURL_LOG"
case "$*" in
  *api/token*) echo token ;;
  *security-credentials/role*) printf '{\\n  "AccessKeyId" : "AKIA1",\\n  "SecretAccessKey" : "secret/1",\\n  "Token" : "tok=="\\n}\\n' ;;
  *security-credentials/*) echo role ;;
  *instance-id*) echo i-0123456789abcdef0 ;;
  *Action=Publish*) cat >>"$CURL_LOG.stdin" ;;
esac
`;

  const published = () => {
    const lines = readFileSync(`${folder}/curl.log`, 'utf8').split('\n');
    return lines
      .filter((line) => line.startsWith('Message='))
      .map((line) => SignedAgentReport.parse(JSON.parse(line.slice('Message='.length))));
  };

  const hmac = (payload: string) =>
    createHmac('sha256', Buffer.from(config.secret, 'base64')).update(payload).digest('hex');

  test('signs as the contract says', () => {
    expect(agent('sign').trim()).toBe(hmac('{"phase":"ready"}'));
  });

  test('publishes signed reports, each with a higher number, and keeps its credentials off the command line', () => {
    agent('report', 'booted');
    agent('report', 'failed', 'disk "sdf" \\ not\nfound');
    const reports = published();
    for (const { payload, signature, keyId } of reports) {
      expect(signature).toBe(hmac(payload));
      expect(keyId).toBe('key-1');
    }
    const [booted, failed] = reports.map(({ payload }) => AgentReport.parse(JSON.parse(payload)));
    expect(booted).toMatchObject({
      serverId: config.serverId,
      instanceId: 'i-0123456789abcdef0',
      phase: 'booted',
    });
    expect(failed).toMatchObject({ phase: 'failed', detail: 'disk sdf  notfound', bootId: booted?.bootId });
    expect(failed?.counter).toBe((booted?.counter ?? 0) + 1);
    expect(readFileSync(`${folder}/curl.log`, 'utf8')).not.toContain('secret/1');
    expect(readFileSync(`${folder}/curl.log.stdin`, 'utf8')).toContain('user = "AKIA1:secret/1"');
  });
});
