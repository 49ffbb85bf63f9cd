// Mutants that count something else than bytes, or not all of them (WIN-12).
import type { Job } from './calls.ts';
import type { Mutant } from './mutant.ts';

export const WINDOW_COUNT_MUTANTS: readonly Mutant[] = [
  {
    id: 'counts-messages',
    strictOnly: true,
    breaks: ['WIN-12'],
    also: {
      'WIN-4': 'the figure shows it',
      'WIN-3': 'a few small messages fill the window',
      'WIN-1': 'space that counts as free lets in too much',
    },
    what: 'Messages are counted where bytes should be.',
    make: (Producer) =>
      class extends Producer {
        override sizeOf() {
          return 1;
        }
        override isTooLarge(job: Job) {
          return this.isCharged(job) && job.message.size > this.limit;
        }
      },
  },
  {
    id: 'whole-kilobytes',
    strictOnly: true,
    breaks: ['WIN-4'],
    also: {
      'WIN-1': 'space that counts as free lets in too much',
      'WIN-12': 'it is bytes that are miscounted',
    },
    what: 'Sizes above 4 KB are counted in whole kilobytes.',
    make: (Producer) =>
      class extends Producer {
        override sizeOf({ message: { size } }: Job) {
          return size > 4096 ? size - (size % 1024) : size;
        }
        override isTooLarge(job: Job) {
          return this.isCharged(job) && job.message.size > this.limit;
        }
      },
  },
  {
    id: 'no-bytes-count-as-one',
    breaks: ['WIN-12'],
    also: { 'WIN-4': 'the figure shows it', 'WIN-3': 'messages of no bytes fill the window' },
    what: 'A message of no bytes counts as one.',
    make: (Producer) =>
      class extends Producer {
        override sizeOf({ message }: Job) {
          return Math.max(1, message.size);
        }
      },
  },
  {
    id: 'six-messages-at-most',
    breaks: ['WIN-3'],
    also: {
      'WIN-12': 'it is messages that are counted',
    },
    what: 'Besides the bytes, at most six messages may be unanswered.',
    make: (Producer) =>
      class extends Producer {
        override fits(job: Job) {
          return super.fits(job) && (this.settings.windowSize === 0 || this.unanswered.size < 6);
        }
      },
  },
  {
    id: 'no-bytes-never-go',
    breaks: ['WIN-3'],
    also: { 'WIN-12': 'it is bytes that should be counted' },
    what: 'A charged send of no bytes is never admitted while there is a window.',
    make: (Producer) =>
      class extends Producer {
        override fits(job: Job) {
          const nothing = this.isCharged(job) && job.message.size === 0;
          return super.fits(job) && !(nothing && this.settings.windowSize > 0);
        }
      },
  },
];
