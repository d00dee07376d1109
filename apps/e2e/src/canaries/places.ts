const ASKED =
  'what a service is asked to check or to keep a hash of; requests are not stored, and go to its queue alone';
const SHOWN = 'shown once, to who has made it';
const ANSWERED = 'on its way to be shown once; answers go to the connection that asked, and are not stored';
const OWN_WORDS = 'back to the caller alone, whose own words they are';

/** Where a secret may be, and why. Whatever else it is found in is a leak, and where it is found no more is struck off. */
export const PLACES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  password: {
    'bus berth.accounts.sign-up.v1 password': ASKED,
    'bus berth.accounts.sign-up-invited.v1 password': ASKED,
    'bus berth.accounts.begin-session.v1 password': ASKED,
    'bus berth.accounts.begin-totp.v1 password': ASKED,
    'bus berth.accounts.renew-recovery-codes.v1 password': ASKED,
    'bus berth.accounts.request-email-change.v1 password': ASKED,
    'bus berth.accounts.change-password.v1 currentPassword': ASKED,
    'bus berth.accounts.change-password.v1 newPassword': ASKED,
    'bus berth.accounts.reset-password.v1 password': ASKED,
    'answer GET /nowhere/a password 404 instance': OWN_WORDS,
    // As the name of a field that is not known.
    'answer POST /v1/sessions 400 errors[].pointer': OWN_WORDS,
  },
  session: {
    'answer POST /v1/sessions 201 accessToken': SHOWN,
    'answer POST /v1/sessions 201 header set-cookie': SHOWN,
    'bus answer to berth.accounts.begin-session.v1 accessToken': ANSWERED,
    'bus berth.accounts.authenticate.v1 credential': ASKED,
  },
  token: {
    'answer POST /v1/tokens 201 token': SHOWN,
    'bus answer to berth.accounts.issue-token.v1 token': ANSWERED,
    'bus berth.accounts.authenticate.v1 credential': ASKED,
    // Where somebody sends one instead of another secret.
    'bus berth.accounts.read-invitation.v1 invitation': ASKED,
    'bus berth.accounts.reset-password.v1 secret': ASKED,
  },
  invitation: {
    'answer POST /v1/invitations 201 token': SHOWN,
    'bus answer to berth.accounts.create-invitation.v1 token': ANSWERED,
    'bus berth.accounts.read-invitation.v1 invitation': ASKED,
    'bus berth.accounts.sign-up-invited.v1 invitation': ASKED,
  },
  'mailed link': {
    'bus berth.accounts.confirm-email.v1 secret': ASKED,
    'bus berth.accounts.confirm-email-change.v1 secret': ASKED,
    'bus berth.accounts.reset-password.v1 secret': ASKED,
  },
  'app secret': {
    'answer POST /v1/me/second-factor/totp 201 secret': SHOWN,
    'answer POST /v1/me/second-factor/totp 201 uri': SHOWN,
    'bus answer to berth.accounts.begin-totp.v1 secret': ANSWERED,
    'bus answer to berth.accounts.begin-totp.v1 uri': ANSWERED,
  },
  'recovery code': {
    'answer POST /v1/me/second-factor/totp/confirm 200 recoveryCodes[]': SHOWN,
    'answer POST /v1/me/second-factor/recovery-codes 201 recoveryCodes[]': SHOWN,
    'bus answer to berth.accounts.confirm-totp.v1 recoveryCodes[]': ANSWERED,
    'bus answer to berth.accounts.renew-recovery-codes.v1 recoveryCodes[]': ANSWERED,
    'bus berth.accounts.begin-session.v1 code': ASKED,
    'bus berth.accounts.renew-recovery-codes.v1 code': ASKED,
  },
};

/** As `Secrets.among` tells it. */
export const allowed = (): string[] =>
  Object.entries(PLACES)
    .flatMap(([kind, places]) => Object.keys(places).map((place) => `${kind}: ${place}`))
    .sort();
