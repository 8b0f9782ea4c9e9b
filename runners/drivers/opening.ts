/** The wait for a connection to be there: begun once, ended once, and afterwards out of the way. */
export class Opening {
  #waiting: { resolve: () => void; reject: (error: Error) => void } | null = null;

  /** Begins it and runs `connect`. */
  begin(connect: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      connect();
    });
  }

  /** Whether it has begun and not ended. */
  get pending(): boolean {
    return this.#waiting !== null;
  }

  /** It is there. No effect when nothing is pending. */
  succeed(): void {
    this.#waiting?.resolve();
    this.#waiting = null;
  }

  /** It will not be there. No effect when nothing is pending. */
  fail(reason: string): void {
    this.#waiting?.reject(new Error(reason));
    this.#waiting = null;
  }
}
