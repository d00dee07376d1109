import { lazy, Suspense, type ComponentType } from 'react';
import { Redirect, Route, Switch } from 'wouter';
import { LogInScreen } from '../access/log-in.tsx';
import { ForCustomers, ForStaff, ForStrangers } from '../access/session.tsx';
import { ServersScreen } from '../servers/servers.tsx';
import { Layout } from './layout.tsx';
import { NotFound } from './not-found.tsx';

type Screens = Readonly<Record<string, ComponentType>>;

// What is not needed for the first look comes when it is.
const STRANGERS: Screens = {
  '/login': LogInScreen,
  '/signup': lazy(() => import('../access/sign-up.tsx')),
  '/forgotten': lazy(() => import('../access/forgotten.tsx')),
};

/** Where the links in mails lead, whoever opens them. */
const MAILED: Screens = {
  '/invitation': lazy(() => import('../access/invitation.tsx')),
  '/verify': lazy(() => import('../access/verify.tsx')),
  '/reset': lazy(() => import('../access/reset.tsx')),
  '/email-change': lazy(() => import('../access/email-change.tsx')),
};

const CUSTOMERS: Screens = {
  '/servers': ServersScreen,
  '/servers/new': lazy(() => import('../launch/launch.tsx')),
  '/servers/:id': lazy(() => import('../server/server.tsx')),
  '/costs': lazy(() => import('../costs/costs.tsx')),
  '/invoices': lazy(() => import('../invoices/invoices.tsx')),
  '/invoices/:id': lazy(() => import('../invoices/invoice.tsx')),
  '/invoices/:id/lines/:n': lazy(() => import('../invoices/why.tsx')),
  '/account': lazy(() => import('../account/profile.tsx')),
  '/account/audit': lazy(() => import('../audit/audit.tsx')),
  '/account/members': lazy(() => import('../members/members.tsx')),
  '/account/security': lazy(() => import('../account/security.tsx')),
  '/account/tokens': lazy(() => import('../account/tokens.tsx')),
};

const STAFF: Screens = {
  '/staff': lazy(() => import('../staff/fleet.tsx')),
  '/staff/accounts': lazy(() => import('../staff/accounts.tsx')),
  '/staff/accounts/:id': lazy(() => import('../staff/account.tsx')),
  '/staff/accounts/:id/invoices/:invoiceId': lazy(() => import('../staff/account-invoice.tsx')),
  '/staff/accounts/:id/invoices/:invoiceId/lines/:n': lazy(() => import('../staff/account-invoice-why.tsx')),
  '/staff/stuck': lazy(() => import('../staff/stuck.tsx')),
  '/staff/dead-letters': lazy(() => import('../staff/dead-letters.tsx')),
  '/staff/usage': lazy(() => import('../staff/usage-feed.tsx')),
  '/staff/reconciliation': lazy(() => import('../staff/reconciliations.tsx')),
  '/staff/reconciliation/:id': lazy(() => import('../staff/reconciliation.tsx')),
  '/staff/catalog': lazy(() => import('../staff/catalog.tsx')),
  '/staff/prices': lazy(() => import('../staff/price-book.tsx')),
  '/staff/security': lazy(() => import('../account/security.tsx')),
  '/staff/tokens': lazy(() => import('../account/tokens.tsx')),
};

const routesOf = (screens: Screens) =>
  Object.entries(screens).map(([path, Screen]) => <Route key={path} path={path} component={Screen} />);

/** Every screen by its path; who may see it is decided around it. */
export function Screens() {
  return (
    <Switch>
      <Route path="/">
        <Redirect to="/servers" replace />
      </Route>
      <Route path={/^\/(?:login|signup|forgotten)$/}>
        <ForStrangers>
          <Switch>{routesOf(STRANGERS)}</Switch>
        </ForStrangers>
      </Route>
      <Route path={/^\/(?:invitation|verify|reset|email-change)$/}>
        <Suspense>
          <Switch>{routesOf(MAILED)}</Switch>
        </Suspense>
      </Route>
      <Route path={/^\/staff(?:\/.*)?$/}>
        <ForStaff>
          <Layout>
            <Switch>
              {routesOf(STAFF)}
              <Route component={NotFound} />
            </Switch>
          </Layout>
        </ForStaff>
      </Route>
      <Route>
        <ForCustomers>
          <Layout>
            <Switch>
              {routesOf(CUSTOMERS)}
              <Route component={NotFound} />
            </Switch>
          </Layout>
        </ForCustomers>
      </Route>
    </Switch>
  );
}
