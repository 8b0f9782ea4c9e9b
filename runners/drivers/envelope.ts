import type { SocketTold, StreamTold } from '../../servers/dialect.ts';
import type { Recorder } from '../generator/recorder.ts';

/**
 * What carries frames, such as an answer to a poll: it delivers them as they are told, and adds up what
 * the account of its bytes needs. One is kept per client and used again and again.
 */
export class Envelope implements StreamTold {
  /** Frames so far, and their bytes. */
  frames = 0;
  payloadBytes = 0;
  /** Whether it belongs to the window: by itself, or by one of its frames. */
  inWindow = false;
  /** Whether it came compressed. */
  isCompressed = false;
  readonly #recorder: Recorder;
  readonly #client: number;
  readonly #onSubscribed: () => void;
  #receivedUs = 0;

  /** @param onSubscribed called when it says that the client is subscribed. */
  constructor(recorder: Recorder, client: number, onSubscribed: () => void = NOTHING) {
    this.#recorder = recorder;
    this.#client = client;
    this.#onSubscribed = onSubscribed;
  }

  /** Begins the next one. */
  begin(receivedUs: number, inWindow: boolean): void {
    this.frames = 0;
    this.payloadBytes = 0;
    this.inWindow = inWindow;
    this.#receivedUs = receivedUs;
    this.isCompressed = false;
  }

  /** Of so many bytes, those that are payload: a frame that was unpacked into more counts as all of them. */
  payloadOf(bytes: number): number {
    return Math.min(bytes, this.payloadBytes);
  }

  readonly frame = (bytes: Buffer, start: number, end: number) => {
    this.frames += 1;
    this.payloadBytes += end - start;
    if (!this.#recorder.delivered(this.#client, bytes, start, end, this.#receivedUs)) return;
    this.inWindow = true;
    if (this.isCompressed) countCompressed(this.#recorder);
  };

  subscribed(): void {
    this.#onSubscribed();
  }
}

const NOTHING = () => {};

/** What a message on a WebSocket was, beside the frames that it carried. */
export class SocketEnvelope extends Envelope implements SocketTold {
  readonly say: SocketTold['say'];
  readonly cursor: SocketTold['cursor'];

  /** @param told called as the message is told. */
  constructor(recorder: Recorder, client: number, told: Omit<SocketTold, 'frame'>) {
    super(recorder, client, () => told.subscribed());
    this.say = (text) => told.say(text);
    this.cursor = (after) => told.cursor(after);
  }
}

/** A message of the window came compressed. */
export function countCompressed(recorder: Recorder): void {
  if (recorder.compressed !== null) recorder.compressed += 1;
}
