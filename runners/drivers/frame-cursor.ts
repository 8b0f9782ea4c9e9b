/** What a WebSocket resumes behind: as it was told last; where frames carry no cursor, it grows by one a frame. */
export class FrameCursor {
  #after: string;
  #isTold = false;
  #frames = 0;

  constructor(after: string) {
    this.#after = after;
  }

  /** Empty: nothing. */
  get value(): string {
    return this.#frames === 0 ? this.#after : String(Number(this.#after) + this.#frames);
  }

  /** So many frames have come. */
  passed(frames: number): void {
    if (!this.#isTold) this.#frames += frames;
  }

  /** The server has said what the cursor is, and will say when it is another. */
  told(after: string): void {
    this.#after = after;
    this.#isTold = true;
  }

  /** It begins elsewhere: the server has said that it has to. */
  beginAt(after: string): void {
    this.#after = after;
  }
}
