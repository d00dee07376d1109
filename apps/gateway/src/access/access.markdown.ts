import { mayDo, Role, routes, type CallerRole, type Route } from '@berth/contracts';
import { pages } from '../pages/pages.ts';

const ROLES: readonly CallerRole[] = [...Role.options, 'staff'];
const cell = (may: boolean): string => (may ? 'yes' : '–');

/** docs/generated/access.md: every route, and which roles get in. */
export const accessMarkdown = (): string =>
  [
    '# Who may do what',
    '',
    'Every route of the API, then every page, and which roles of an account, staff, and somebody who is not known may use it.',
    'Made from the permissions of the routes and the table of roles (libs/contracts) by `npm run generate`;',
    '`every-role.spec.ts` holds the running gateway to this page.',
    '',
    `| route | is called | permission | nobody | ${ROLES.join(' | ')} |`,
    `| --- | --- | --- | --- | ${ROLES.map(() => '---').join(' | ')} |`,
    ...rowsOf(routes),
    ...rowsOf(pages),
    '',
  ].join('\n');

const rowsOf = (all: Record<string, Route>): string[] =>
  Object.entries(all).map(([name, { method, path, permission }]) => {
    const roles = ROLES.map((role) => cell(permission === 'public' || mayDo(role, permission)));
    const first = [`\`${method} ${path}\``, name, `\`${permission}\``, cell(permission === 'public')];
    return `| ${[...first, ...roles].join(' | ')} |`;
  });

if (import.meta.main) process.stdout.write(accessMarkdown());
