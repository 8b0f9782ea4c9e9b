/**
 * Pages that take a second to make: the last few are kept, and one is made at a time, however many are asked
 * for.
 */
export class PageCache {
  readonly #most: number;
  /** By key, those last that were asked for last. */
  readonly #pages = new Map<string, Promise<string>>();
  #making: Promise<unknown> = Promise.resolve();

  /** @param most pages that are kept; a report has half a megabyte. */
  constructor(most = 8) {
    this.#most = most;
  }

  /**
   * The page of a key, made if need be.
   *
   * @param key names all that the page depends on.
   */
  get(key: string, make: () => Promise<string>): Promise<string> {
    const known = this.#pages.get(key);
    this.#pages.delete(key);
    const page = known ?? this.#next(make);
    this.#pages.set(key, page);
    for (const [oldest] of this.#pages) {
      if (this.#pages.size <= this.#most) break;
      this.#pages.delete(oldest);
    }
    // What could not be made is tried again.
    page.catch(() => {
      if (this.#pages.get(key) === page) this.#pages.delete(key);
    });
    return page;
  }

  #next(make: () => Promise<string>): Promise<string> {
    const page = this.#making.then(make, make);
    this.#making = page.catch(() => {});
    return page;
  }
}
