/** What a group of sockets shares: the sums of their own counters, and how fast each of them reads. */
export class SocketTotals {
  up = 0;
  down = 0;
  /** Connections that were there. */
  opened = 0;
  /** Connections that were there and that the peer ended or broke. */
  endedByPeer = 0;
  /** Each socket reads no faster than this; `null`: as fast as bytes come. May be lifted. */
  readBytesPerSecond: number | null;

  /** @param readBytesPerSecond see the field. */
  constructor(readBytesPerSecond: number | null = null) {
    this.readBytesPerSecond = readBytesPerSecond;
  }

  /** Adds what another group counted. */
  add(other: SocketTotals): void {
    for (const count of ['up', 'down', 'opened', 'endedByPeer'] as const) this[count] += other[count];
  }
}
