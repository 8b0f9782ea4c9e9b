/** A process in the place of a worker, which does what its test wants: the test's name for it is in the environment. */
switch (process.env['WIREBENCH_TEST_CHILD']) {
  case 'dies':
    process.stderr.write('out of luck\n');
    process.exit(3);
    break;
  case 'throws':
    throw new Error('thrown at the start');
  case 'fails':
    process.send?.({ kind: 'ready' });
    process.send?.({ kind: 'failed', reason: 'no more' });
    break;
  case 'stays':
    // Neither the end of the channel nor a signal ends it.
    process.on('disconnect', () => {});
    process.on('SIGTERM', () => {});
    setInterval(() => {}, 60_000);
    process.send?.({ kind: 'ready' });
    break;
  case 'sleeps':
    process.on('disconnect', () => {});
    setInterval(() => {}, 60_000);
    process.send?.({ kind: 'ready' });
    break;
  case 'tells its options':
    process.send?.({ kind: 'connected', failures: [typeof globalThis.gc, process.env['NODE_OPTIONS']] });
    break;
  default:
    process.on('message', (order: { kind: string }) => {
      if (order.kind === 'connect') process.send?.({ kind: 'connected', failures: ['one'] });
    });
    process.on('disconnect', () => process.exit(0));
    process.send?.({ kind: 'ready' });
}
