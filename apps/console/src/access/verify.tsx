import { calls } from '../api/calls.ts';
import { ConfirmAddress } from './confirm-address.tsx';

/** Where the link leads that shows that an address is somebody's. */
export default function VerifyScreen() {
  return (
    <ConfirmAddress
      title="Verify your address"
      action="Verify the address"
      call={calls.confirmEmail}
      done={(email) => `${email} is verified.`}
      another="Log in and have another sent."
    >
      You have been sent this link to show that you read what is sent to your address.
    </ConfirmAddress>
  );
}
