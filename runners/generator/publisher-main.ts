import { filledIn } from '../../servers/secrets.ts';
import { Outbox, type Post } from '../drivers/outbox.ts';
import { channelName } from '../processes/protocol.ts';
import { spreadOver } from '../shards.ts';
import { planTraffic } from '../traffic.ts';
import { type Part, type PartContext, serveMember } from './member.ts';
import { sendOnTime } from './sending.ts';

/** The publisher: it posts what the plan says, when it is due, and measures how late it was. */
serveMember(publisherPart);

/** To one shard. A channel always uses the same connection, which keeps its frames in order. */
const MAX_CONNECTIONS = 64;

function publisherPart(context: PartContext): Part {
  const { assignment, onProgress } = context;
  const { scenario, seed, targets, channelPrefix, serverHeaders } = assignment;
  const headers = filledIn(serverHeaders);
  const traffic = planTraffic(scenario, seed);
  const post: Post = {
    publish: context.dialect.publish,
    channelOf: ({ channel }) => channelName(channelPrefix, channel),
    reuse: true,
    onAnswer: () => 0,
    onIdle: onProgress,
  };
  const spread = spreadOver(targets.length, traffic);
  const perShard = Math.min(MAX_CONNECTIONS, traffic.channels);
  const shards = targets.map((target) =>
    Array.from({ length: perShard }, () => new Outbox({ ...context, target, headers }, post)),
  );
  const outboxes = shards.flat();
  const sendings: (() => void)[] = [];
  let running = traffic.publisherSources;

  return {
    role: 'publisher',
    answers: false,
    async connect() {
      const opened = await Promise.allSettled(outboxes.map((outbox) => outbox.open()));
      return opened.flatMap((result) => (result.status === 'rejected' ? [result.reason.message] : []));
    },
    start(startUs) {
      for (let source = 0; source < traffic.publisherSources; source += 1) {
        const end = sendOnTime(
          context,
          traffic.messagesOf(source),
          startUs,
          (message) => {
            for (const shard of spread.ofChannel(message.channel)) {
              shards[shard]?.[message.channel % perShard]?.send(message);
            }
          },
          spread.ofChannel(0).length,
          () => {
            running -= 1;
            onProgress();
          },
        );
        sendings.push(end);
      }
    },
    get complete() {
      return running === 0 && outboxes.every((outbox) => outbox.idle);
    },
    async close() {
      for (const end of sendings) end();
      for (const outbox of outboxes) outbox.close();
    },
  };
}
