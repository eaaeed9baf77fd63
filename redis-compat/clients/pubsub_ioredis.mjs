// Publish and subscribe with ioredis, in RESP2 and RESP3: channels, patterns, many messages, and
// subscriptions that come back by themselves when the connection is lost.
import { deepStrictEqual as equal, rejects } from 'node:assert';
import { Redis } from 'ioredis';
import { check, checkOwned, finish, killServer, server, until, versionOf } from './checks.mjs';

const MESSAGES = 20_000;
const version = versionOf('ioredis');

function connect(protocol) {
  const client = new Redis({
    host: server.host, port: server.port, protocol, retryStrategy: () => 50,
  });
  client.on('error', () => {}); // it reconnects by itself
  return client;
}

// Collects what the subscriber hears until `stop` is called.
function listen(subscriber) {
  const heard = [];
  const onMessage = (channel, message) => heard.push([channel, message]);
  const onPattern = (pattern, channel, message) => heard.push([pattern, channel, message]);
  subscriber.on('message', onMessage);
  subscriber.on('pmessage', onPattern);
  const stop = () => subscriber.off('message', onMessage).off('pmessage', onPattern);
  return { heard, stop };
}

async function checkChannels(publisher, subscriber) {
  const { heard, stop } = listen(subscriber);
  equal(await subscriber.subscribe('news', 'sport'), 2);
  equal(await subscriber.psubscribe('n?ws', 'user:*'), 4);
  equal(await publisher.publish('sport', 'one'), 1);
  equal(await publisher.publish('user:7', 'two'), 1);
  equal(await publisher.publish('news', 'three'), 2);
  equal(await publisher.publish('nobody', 'four'), 0);
  await until('four messages', () => heard.length >= 4);
  equal(heard, [['sport', 'one'], ['user:*', 'user:7', 'two'], ['news', 'three'],
    ['n?ws', 'news', 'three']]);
  equal((await publisher.pubsub('CHANNELS', 'n*')), ['news']);
  equal(await publisher.pubsub('NUMSUB', 'news', 'nobody'), ['news', 1, 'nobody', 0]);
  equal(await publisher.pubsub('NUMPAT'), 2);
  equal(await subscriber.unsubscribe('news', 'sport'), 2);
  equal(await subscriber.punsubscribe(), 0);
  equal(await publisher.publish('sport', 'too late'), 0);
  stop();
}

// The subscriber's connection is a plain one again after the last channel.
async function checkPlainAgain(publisher, subscriber) {
  await subscriber.subscribe('brief');
  await subscriber.unsubscribe('brief');
  equal(await subscriber.set('plain', 'again'), 'OK');
  equal(await publisher.get('plain'), 'again');
}

async function checkMany(publisher, subscriber) {
  const { heard, stop } = listen(subscriber);
  await subscriber.subscribe('many');
  const pipeline = publisher.pipeline();
  for (let i = 0; i < MESSAGES; i += 1) pipeline.publish('many', String(i));
  const replies = await pipeline.exec();
  equal(replies.every(([error, receivers]) => error === null && receivers === 1), true);
  await until('all messages', () => heard.length >= MESSAGES);
  equal(heard, Array.from({ length: MESSAGES }, (_, i) => ['many', String(i)]));
  await subscriber.unsubscribe('many');
  stop();
}

// Messages of a transaction leave when it is executed, none when it is discarded.
async function checkTransaction(publisher, subscriber) {
  const { heard, stop } = listen(subscriber);
  await subscriber.subscribe('atomic');
  const dropped = publisher.multi({ pipeline: false });
  await dropped;
  await publisher.publish('atomic', 'discarded');
  await publisher.discard();
  const replies = await publisher.multi().publish('atomic', 'one').set('atomic', '1')
    .publish('atomic', 'two').exec();
  equal(replies, [[null, 1], [null, 'OK'], [null, 1]]);
  await until('two messages', () => heard.length >= 2);
  equal(heard, [['atomic', 'one'], ['atomic', 'two']]);
  await subscriber.unsubscribe('atomic');
  stop();
}

async function checkBytes(publisher, subscriber) {
  const every = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
  const heard = [];
  const onMessage = (channel, message) => heard.push([channel, message]);
  subscriber.on('messageBuffer', onMessage);
  await subscriber.subscribe(every);
  equal(await publisher.publish(every, Buffer.concat([every, Buffer.from('\r\n')])), 1);
  await until('the message', () => heard.length >= 1);
  equal(heard, [[every, Buffer.concat([every, Buffer.from('\r\n')])]]);
  await subscriber.unsubscribe(every);
  subscriber.off('messageBuffer', onMessage);
}

async function checkLost(publisher, subscriber, lose) {
  const { heard, stop } = listen(subscriber);
  await subscriber.subscribe('kept');
  await subscriber.psubscribe('ke?t');
  await lose();
  await until('the subscriptions', async () => {
    try {
      return (await publisher.publish('kept', 'again')) === 2;
    } catch {
      return false; // the publisher has not found the server yet
    }
  });
  await until('the messages', () => heard.length >= 2);
  equal(heard.slice(-2), [['kept', 'again'], ['ke?t', 'kept', 'again']]);
  await subscriber.unsubscribe('kept');
  await subscriber.punsubscribe('ke?t');
  stop();
}

for (const protocol of [2, 3]) {
  const publisher = connect(protocol);
  const subscriber = connect(protocol);
  const run = (title, step, ...more) => check(`${title}, RESP${protocol}`,
    () => step(publisher, subscriber, ...more));
  await run('channels and patterns', checkChannels);
  await run('a plain connection again', checkPlainAgain);
  await run(`${MESSAGES} messages in order`, checkMany);
  await run('messages of a transaction', checkTransaction);
  await run('binary channel and message', checkBytes);
  await run('subscribed again after CLIENT KILL', checkLost,
    async () => equal(await publisher.client('KILL', 'TYPE', 'pubsub'), 1));
  await checkOwned(`subscribed again after kill -9 of the server, RESP${protocol}`,
    () => checkLost(publisher, subscriber, async () => killServer(await publisher.info('server'))));
  publisher.disconnect();
  subscriber.disconnect();
}
finish('pubsub-ioredis', version);
