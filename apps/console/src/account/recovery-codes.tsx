import { ShownOnce } from '../ui/shown-once.tsx';

/** A set of recovery codes, which nobody can ever see again. */
export const RecoveryCodes = ({ of, onClose }: { of: readonly string[]; onClose: () => void }) => (
  <ShownOnce
    title="Your recovery codes"
    label="Recovery codes"
    secret={of.join('\n')}
    fileName="berth-recovery-codes.txt"
    onClose={onClose}
  >
    Each lets you in once when your authenticator app is away. Keep them where your phone is not. They are
    shown this once; who loses them and the app has to ask support.
  </ShownOnce>
);
