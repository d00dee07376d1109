import { z } from 'zod';
import { npm } from './npm.ts';

/** What is known against a version of a package that the lockfile names. */
export interface Advisory {
  /** `https://github.com/advisories/GHSA-…` */
  url: string;
  package: string;
  severity: 'info' | 'low' | 'moderate' | 'high' | 'critical';
  title: string;
  /** The versions it is about: `<2.0.0`. */
  range: string;
}

/** How npm reports (auditReportVersion 2): by package; `via` names advisories, or other packages that have them. */
const Report = z.object({
  auditReportVersion: z.literal(2),
  vulnerabilities: z.record(
    z.string(),
    z.object({
      via: z.array(
        z.union([
          z.string(),
          z.object({
            url: z.string(),
            name: z.string(),
            severity: z.enum(['info', 'low', 'moderate', 'high', 'critical']),
            title: z.string(),
            range: z.string(),
          }),
        ]),
      ),
    }),
  ),
});

/** Nobody waits for a registry that does not answer. */
const FETCHING = ['--fetch-retries=0', '--fetch-timeout=10000'];
/** Under `npm run --silent` it would keep silent about what went wrong. */
const SAYING = ['--json', '--loglevel=error'];
const LONGEST_MILLISECONDS = 60_000;

/**
 * The advisories about what a folder's lockfile names, development tools included; or why the registry did not say. Throws when the
 * fault is on this side, such as a lockfile that cannot be read.
 */
export async function advisoriesOn(
  folder: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ advisories: Advisory[] } | { unanswered: string }> {
  const { status, stdout, stderr } = await npm(['audit', ...SAYING, ...FETCHING], {
    ...{ cwd: folder, env, timeout: LONGEST_MILLISECONDS },
  });
  if (status === null) return { unanswered: `no answer in ${LONGEST_MILLISECONDS / 1000} s` };
  const report = Report.safeParse(jsonIn(stdout));
  if (report.success) return { advisories: advisoriesIn(report.data) };
  if (!stderr.includes('audit endpoint returned an error')) throw new Error(`npm audit: ${stderr || stdout}`);
  const { message } = Object(jsonIn(stdout)) as { message?: unknown };
  return { unanswered: String(message ?? stderr).trim() };
}

function advisoriesIn({ vulnerabilities }: z.output<typeof Report>): Advisory[] {
  const found = Object.values(vulnerabilities).flatMap(({ via }) =>
    via.flatMap((each) => (typeof each === 'string' ? [] : [each])),
  );
  const byUrl = new Map(
    found.map(({ name, ...rest }) => [`${rest.url} ${name}`, { ...rest, package: name }]),
  );
  return [...byUrl.values()];
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
