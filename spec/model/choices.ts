// The choices that a profile is made of: each with its values, and what each value means, in words. The law reads
// the values; the words are for the rule book, for reports, and for whoever writes a profile of their own.

/** What producers lawfully do in more than one way. */
export interface Choices {
  /** What the window counts. */
  readonly unit: 'bytes' | 'messages';
  /** Which sends take window space, from their admission to their answer. */
  readonly charges: 'returning-sends' | 'every-send' | 'at-least-returning-sends' | 'async-sends';
  /** When a send is admitted. */
  readonly admits: 'what-fits' | 'while-room-is-left';
  /** What a send does that is not admitted. */
  readonly whenFull: 'wait' | 'fail';
  /** What a charged send does that is larger than the whole window. */
  readonly oversized: 'fail' | 'wait-then-alone' | 'like-any-other';
  /** In which order waiting sends are admitted. */
  readonly order: 'first-come-first-served' | 'any';
  /** Whom a send that waits for its acknowledgement may hold up. */
  readonly syncHoldsUp: 'nobody' | 'its-session';
  /** Which sends the end of a transaction binds. */
  readonly transactionsBind: 'waiting-sends' | 'what-was-sent';
  /** Whether close waits before it returns. */
  readonly closeWaits: 'no' | 'for-callbacks';
  /** In which order completion callbacks fire. */
  readonly callbackOrder: 'any' | 'as-sent';
  /** Where a send with a completion callback reports that it failed. */
  readonly failures: 'from-the-call' | 'from-call-or-callback';
}

/** One of them. */
export type ChoiceName = keyof Choices;

/** A choice in words. */
export interface Choice<Value extends string = string> {
  /** What is chosen, to be followed by a colon. */
  readonly about: string;
  /** Each value, and what it means. The first is that of `strict`. */
  readonly values: Readonly<Record<Value, string>>;
}

/** Every choice, in the order in which they are shown. */
export const CHOICES: { readonly [Name in ChoiceName]: Choice<Choices[Name]> } = {
  unit: {
    about: 'What the window counts',
    values: {
      bytes: 'the bytes charged for each message',
      messages: 'messages, whatever their size: `windowSize` is a number of permits',
    },
  },
  charges: {
    about: 'Which sends take window space',
    values: {
      'returning-sends': 'those that return before their acknowledgement: async and completion',
      'every-send': 'every send, also one whose caller waits for the acknowledgement',
      'at-least-returning-sends':
        'those that return before their acknowledgement; whether others do is left open',
      'async-sends': 'async sends alone',
    },
  },
  admits: {
    about: 'When a send is admitted',
    values: {
      'what-fits': 'when it fits as a whole',
      'while-room-is-left': 'while any room is left, so that the limit may be overshot',
    },
  },
  whenFull: {
    about: 'What a send does that is not admitted',
    values: {
      wait: 'it waits for space',
      fail: 'it fails at once, and is not sent',
    },
  },
  oversized: {
    about: 'What a charged send does that is larger than the whole window',
    values: {
      fail: 'it fails at once',
      'wait-then-alone': 'it waits until the window is empty, then goes alone',
      'like-any-other': 'it goes while any room is left',
    },
  },
  order: {
    about: 'In which order waiting sends are admitted',
    values: {
      'first-come-first-served': 'in the order of their calls',
      any: 'in any order',
    },
  },
  syncHoldsUp: {
    about: 'Whom a send that waits for its acknowledgement may hold up',
    values: {
      nobody: 'nobody',
      'its-session': 'every send behind it',
    },
  },
  transactionsBind: {
    about: 'Which sends the end of a transaction binds',
    values: {
      'waiting-sends': 'all that were made in it, also those that still wait',
      'what-was-sent': 'those that had gone out',
    },
  },
  closeWaits: {
    about: 'Whether close waits before it returns',
    values: {
      no: 'it returns without any further answer',
      'for-callbacks':
        'until the callbacks of all sends that went out have fired (Jakarta Messaging 3.1, 7.3.4)',
    },
  },
  callbackOrder: {
    about: 'In which order completion callbacks fire',
    values: {
      any: 'in any order',
      'as-sent': 'in the order of their sends (Jakarta Messaging 3.1, 7.3.8)',
    },
  },
  failures: {
    about: 'Where a send with a completion callback reports that it failed',
    values: {
      'from-the-call': 'its call fails; that its callback is told too does no harm',
      'from-call-or-callback': 'its call fails or its callback is told, one of the two',
    },
  },
};

/** Their names, in order. */
export const CHOICE_NAMES = Object.keys(CHOICES) as ChoiceName[];
