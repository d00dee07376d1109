import { calls } from '../api/calls.ts';
import { ConfirmAddress } from './confirm-address.tsx';

/** Where the link leads that makes a new address somebody's. */
export default function EmailChangeScreen() {
  return (
    <ConfirmAddress
      title="Use a new address"
      action="Use this address"
      call={calls.confirmEmailChange}
      done={(email) => `You log in as ${email} from now on.`}
      another="Ask for the change again, under Security."
    >
      From then on you log in with the address that this link was sent to, and are written to there.
    </ConfirmAddress>
  );
}
