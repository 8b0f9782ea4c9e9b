/**
 * So many pieces are compressed at a time, as many as libuv has threads for it. More would wait there with memory in
 * their hands, which fragments it until gigabytes are gone (https://github.com/nodejs/node/issues/8871).
 */
export const DEFLATES_AT_ONCE = 4;

let running = 0;
const waiting: ((done: () => void) => void)[] = [];

/** Runs a task when fewer than {@link DEFLATES_AT_ONCE} are under way, first come, first served; it says when it is done. */
export function whenFree(task: (done: () => void) => void): void {
  if (running === DEFLATES_AT_ONCE) {
    waiting.push(task);
    return;
  }
  running += 1;
  task(() => {
    running -= 1;
    const next = waiting.shift();
    if (next !== undefined) whenFree(next);
  });
}
