import { BodyCollector } from '../wire/body-collector.ts';
import { ProtocolError } from '../wire/protocol-error.ts';

/** RFC 9110 §15.5.11; here: the cursor asked with is older than the log. */
export const GONE = 410;

/** Two cursors and their names; a longer body is none. */
const MAX_BODY_BYTES = 1_024;

/**
 * The answer to a stream that cannot resume where it asked to: its body says where it can. What
 * the server has let go is lost; what it still has is not.
 */
export class GoneStream {
  readonly #body = new BodyCollector();
  readonly #read: (body: Buffer, start: number, end: number) => string;

  /** @param read reads where it can resume, or throws a ProtocolError. */
  constructor(read: (body: Buffer, start: number, end: number) => string) {
    this.#read = read;
  }

  /** @throws ProtocolError `poll-bad-body` if the body is too long to be one. */
  add(bytes: Buffer, start: number, end: number): void {
    if (this.#body.length + end - start > MAX_BODY_BYTES) {
      throw new ProtocolError('poll-bad-body', `a ${GONE} with a body of more than ${MAX_BODY_BYTES} B`);
    }
    this.#body.add(bytes, start, end);
    this.#body.keep();
  }

  /**
   * The oldest cursor that is still answered.
   *
   * @throws ProtocolError `poll-bad-body` if the body does not say.
   */
  cursor(): string {
    const { bytes, start, end } = this.#body.take();
    return this.#read(bytes, start, end);
  }
}
