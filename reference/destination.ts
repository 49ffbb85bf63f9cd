// The destination checks at the head of send (DST-1 to DST-3), as in the notes.
import { InvalidDestinationError } from './errors.ts';

/**
 * Where a message goes. `named`: by the call or the message, `null` being an explicit null;
 * `bound`: the producer's own. Throws `InvalidDestinationError`.
 */
export function resolveDestination(
  messageId: string,
  named: string | null | undefined,
  bound: string | undefined,
): string {
  if (named === null) {
    throw new InvalidDestinationError(
      `The destination of message ${messageId} is null: leave it out to use the producer's own.`,
    );
  }
  const destination = named ?? bound;
  if (destination === undefined) {
    throw new InvalidDestinationError(
      `Neither message ${messageId} nor its producer names a destination.`,
    );
  }
  if (bound !== undefined && destination !== bound) {
    throw new InvalidDestinationError(
      `This producer sends to ${bound} only; message ${messageId} names ${destination}.`,
    );
  }
  return destination;
}
