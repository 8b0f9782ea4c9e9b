/** A server cannot listen where it was told to. */
export class ListenError extends Error {
  readonly code: 'address-in-use' | 'cannot-listen';

  constructor(host: string, port: number, cause: NodeJS.ErrnoException) {
    const inUse = cause.code === 'EADDRINUSE';
    super(
      inUse
        ? `port ${port} of ${host} is in use; choose another, or 0 for any free one`
        : `cannot listen on ${host}, port ${port}: ${cause.message}`,
      { cause },
    );
    this.name = 'ListenError';
    this.code = inUse ? 'address-in-use' : 'cannot-listen';
  }
}
