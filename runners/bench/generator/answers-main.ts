import { createServer } from 'node:net';
import { nowUs } from '../../clock.ts';
import { type Stamp, writeStamp } from '../../stamp.ts';

/**
 * A server that has one answer, and has it at once: the reference server's, byte for byte, with the
 * stamp of its only frame written anew. Behind the reference server a generator mostly waits, and what
 * it is measured at is being woken up; behind this one it has work all the time.
 *
 * Every connection is a stream of its own, so that what is received can be recorded as it is in a trial.
 */
const [answerText = '', frameAt = ''] = process.argv.slice(2);

/** What it says: where it is, once, and whenever it is asked, how many requests it has answered. */
export type AnswersWord = { readonly port: number } | { readonly answered: number };

const answer = Buffer.from(answerText, 'latin1');
const stampAt = Number(frameAt);
const LF = 10;
/** As many as connect at once. */
const BACKLOG = 511;

let answered = 0;
let connections = 0;

const server = createServer({ noDelay: true }, (socket) => {
  const stamp: Stamp = { stream: connections, sequence: 0, dueUs: 0, sentUs: 0 };
  connections += 1;
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes) => {
    // One request at a time, and none has a body: a blank line is its end, wherever it was cut before.
    if (bytes.at(-1) !== LF || bytes.at(-3) !== LF) return;
    stamp.dueUs = Math.floor(nowUs());
    stamp.sentUs = stamp.dueUs;
    writeStamp(answer, stampAt, stamp);
    stamp.sequence += 1;
    answered += 1;
    socket.write(Buffer.from(answer));
  });
});
server.listen(0, '127.0.0.1', BACKLOG, () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') say({ port: address.port });
});
process.on('disconnect', () => process.exit(0));
process.on('message', () => say({ answered }));

function say(word: AnswersWord): void {
  process.send?.(word);
}
