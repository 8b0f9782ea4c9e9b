import { QUIET_MS } from './limits.ts';

/** Frames that arrive by themselves, kept until somebody asks for them. */
export class Inbox {
  #frames: string[] = [];
  #onFrame: () => void = () => {};

  push(frame: string): void {
    this.#frames.push(frame);
    this.#onFrame();
  }

  /**
   * Takes frames in their order of arrival.
   *
   * @returns `count` of them, or as many as there are when the time is over
   */
  async take(count: number, withinMs: number): Promise<string[]> {
    if (this.#frames.length < count) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, withinMs);
        this.#onFrame = () => {
          if (this.#frames.length < count) return;
          clearTimeout(timer);
          resolve();
        };
      });
      this.#onFrame = () => {};
    }
    return this.#frames.splice(0, count);
  }

  /** What arrives although nothing more should. */
  surplus(): Promise<string[]> {
    return this.take(1, QUIET_MS);
  }
}
