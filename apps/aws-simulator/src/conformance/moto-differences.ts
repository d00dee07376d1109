const NO_STATE_CHECK = 'moto carries out whatever is asked, in any state';
const NO_VALIDATION = 'moto does not validate it';
const NO_TOKENS = 'moto ignores client tokens';
const AT_ONCE = 'moto changes state at once';
const NO_NAME = 'moto answers with an error in another form or of another name';

/** The cases in which moto 5.1 is not like AWS, each with the reason. One that moto passes after all fails the suite. */
export const MOTO_DIFFERENCES: Record<string, string> = {
  'the answer to a launch has no public address yet': AT_ONCE,
  'a pending instance cannot be stopped': `${AT_ONCE}, so it is pending only in the answer to the launch`,
  'a change is pending at first': AT_ONCE,

  'the same client token and request launch once': NO_TOKENS,
  'a client token used for another request is refused': NO_TOKENS,
  'a volume is created once per client token': NO_TOKENS,
  'an instance is found by its client token':
    'moto answers HTTP 500 with an HTML page when an instance without a token exists',
  'a caller reference makes one zone': 'moto keeps no caller references',

  'a launch with a malformed image id is refused': NO_VALIDATION,
  'a launch with an unknown instance type is refused': NO_VALIDATION,
  'a launch with more at least than at most is refused': NO_VALIDATION,
  'a launch with user data of more than 16 KiB is refused': NO_VALIDATION,
  'a launch with a volume larger than any is refused': NO_VALIDATION,
  'no volume is made in an unknown zone': NO_VALIDATION,
  'what does not exist gets no tags': NO_VALIDATION,
  'an unknown change is not found': 'moto takes every change id for one that is in sync',
  'an address that is none refuses the whole batch': NO_VALIDATION,
  'names are kept in lower case': 'moto keeps them as they are written',

  'every start has a launch time of its own': 'moto keeps the first one',
  'a start of what runs changes nothing': 'moto answers that it is pending',
  'a terminated instance cannot be started': NO_STATE_CHECK,
  'the type is not changed while it runs': NO_STATE_CHECK,
  'a volume is attached to one instance at a time': NO_STATE_CHECK,
  'a volume cannot leave its zone': NO_STATE_CHECK,
  'a device holds one volume': NO_STATE_CHECK,
  'a security group is not deleted while an instance uses it': NO_STATE_CHECK,
  'the status of instances that are not running is shown only on request':
    'moto shows every instance that is named',
  'a launch makes the root volume besides those it is asked for':
    'moto makes a root volume only when no other is asked for',
  'CREATE of a record that exists refuses the whole batch':
    'moto looks for it among the records of the same batch only',

  'a malformed instance id is told apart from an unknown one': NO_NAME,
  'an unknown filter is refused': NO_NAME,
  'a volume that is not attached cannot be detached': NO_NAME,
  'DELETE with another value than the current one is refused': NO_NAME,
  'DELETE of a record that does not exist refuses the whole batch': NO_NAME,
};
