// Publish and subscribe with node-redis, in RESP2 and RESP3: channels, patterns, shard channels,
// many messages, and subscriptions that come back by themselves when the connection is lost.
import { deepStrictEqual as equal, rejects } from 'node:assert';
import { createClient } from 'redis';
import { check, checkOwned, finish, killServer, server, until, versionOf } from './checks.mjs';

const MESSAGES = 20_000;

async function connect(RESP) {
  const client = createClient({
    RESP,
    socket: { host: server.host, port: server.port, reconnectStrategy: () => 50 },
  });
  client.on('error', () => {}); // it reconnects by itself
  return client.connect();
}

async function checkChannels(publisher, subscriber) {
  const heard = [];
  await subscriber.subscribe('news', (message, channel) => heard.push([channel, message]));
  await subscriber.subscribe(['a', 'b'], (message, channel) => heard.push([channel, message]));
  equal(await publisher.publish('news', 'first'), 1);
  equal(await publisher.publish('b', 'second'), 1);
  equal(await publisher.publish('nobody', 'third'), 0);
  await until('two messages', () => heard.length >= 2);
  equal(heard, [['news', 'first'], ['b', 'second']]);
  equal((await publisher.pubSubChannels()).sort(), ['a', 'b', 'news']);
  equal({ ...(await publisher.pubSubNumSub(['news', 'nobody'])) }, { news: 1, nobody: 0 });
  await subscriber.unsubscribe(['a', 'b']);
  equal(await publisher.publish('b', 'too late'), 0);
  await subscriber.unsubscribe();
}

async function checkPatterns(publisher, subscriber) {
  const heard = [];
  await subscriber.pSubscribe('user:*:login', (message, channel) => heard.push([channel, message]));
  await subscriber.pSubscribe('h[ae]llo?', (message, channel) => heard.push([channel, message]));
  equal(await publisher.publish('user:7:login', 'in'), 1);
  equal(await publisher.publish('user:7:logout', 'out'), 0);
  equal(await publisher.publish('hallo!', 'ja'), 1);
  equal(await publisher.publish('hillo!', 'no'), 0);
  await until('two messages', () => heard.length >= 2);
  equal(heard, [['user:7:login', 'in'], ['hallo!', 'ja']]);
  equal(await publisher.pubSubNumPat(), 2);
  await subscriber.pUnsubscribe();
  equal(await publisher.pubSubNumPat(), 0);
}

// A subscriber of the channel and of a pattern that fits hears a message twice.
async function checkBoth(publisher, subscriber) {
  let heard = 0;
  const listen = () => { heard += 1; };
  await subscriber.subscribe('twice', listen);
  await subscriber.pSubscribe('tw*', listen);
  equal(await publisher.publish('twice', 'x'), 2);
  await until('both', () => heard === 2);
  await subscriber.unsubscribe();
  await subscriber.pUnsubscribe();
}

async function checkShards(publisher, subscriber) {
  const heard = [];
  await subscriber.sSubscribe('orders', (message, channel) => heard.push([channel, message]));
  equal(await publisher.sPublish('orders', 'one'), 1);
  equal(await publisher.publish('orders', 'not for shards'), 0);
  await until('the message', () => heard.length >= 1);
  equal(heard, [['orders', 'one']]);
  equal(await publisher.pubSubShardChannels(), ['orders']);
  await subscriber.sUnsubscribe();
  equal(await publisher.sPublish('orders', 'two'), 0);
}

async function checkMany(publisher, subscriber) {
  const heard = [];
  await subscriber.subscribe('many', (message) => heard.push(Number(message)));
  const numbers = Array.from({ length: MESSAGES }, (_, i) => i);
  const receivers = await Promise.all(numbers.map((i) => publisher.publish('many', String(i))));
  equal(receivers.every((count) => count === 1), true);
  await until('all messages', () => heard.length >= MESSAGES);
  equal(heard, numbers);
  await subscriber.unsubscribe('many');
}

async function checkBytes(publisher, subscriber) {
  const every = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
  const large = Buffer.alloc(4 << 20, 'large');
  const heard = [];
  await subscriber.subscribe('bytes', (message) => heard.push(message), true);
  await publisher.publish('bytes', every);
  await publisher.publish('bytes', large);
  await until('both messages', () => heard.length >= 2, 60_000);
  equal(heard[0], every);
  equal(heard[1].equals(large), true);
  await subscriber.unsubscribe('bytes');
}

// RESP3 tells messages from replies, so other commands are allowed; RESP2 refuses them.
async function checkCommandsBetween(publisher, subscriber, RESP) {
  let heard = 0;
  await subscriber.subscribe('between', () => { heard += 1; });
  if (RESP === 3) {
    await subscriber.set('between', 'set by a subscriber');
    await publisher.publish('between', 'x');
    equal(await subscriber.get('between'), 'set by a subscriber');
    await until('the message', () => heard === 1);
  } else {
    await rejects(subscriber.sendCommand(['GET', 'between']), /only \(P\|S\)SUBSCRIBE/);
  }
  await subscriber.unsubscribe('between');
}

// The library subscribes again by itself, to channels and patterns.
async function checkLost(publisher, subscriber, lose) {
  const heard = [];
  await subscriber.subscribe('kept', (message) => heard.push(message));
  await subscriber.pSubscribe('ke?t', (message) => heard.push(message));
  await lose();
  await until('the subscriptions', async () => {
    try {
      return (await publisher.publish('kept', 'again')) === 2;
    } catch {
      return false; // the publisher has not found the server yet
    }
  });
  await until('the message', () => heard.length >= 2);
  equal(new Set(heard), new Set(['again']));
  await subscriber.unsubscribe();
  await subscriber.pUnsubscribe();
}

for (const RESP of [2, 3]) {
  const publisher = await connect(RESP);
  const subscriber = await connect(RESP);
  const run = (title, step, ...more) => check(`${title}, RESP${RESP}`,
    () => step(publisher, subscriber, ...more));
  await run('channels', checkChannels);
  await run('patterns', checkPatterns);
  await run('channel and pattern', checkBoth);
  await run('shard channels', checkShards);
  await run(`${MESSAGES} messages in order`, checkMany);
  await run('binary and 4 MB messages', checkBytes);
  await run('commands while subscribed', checkCommandsBetween, RESP);
  await run('subscribed again after CLIENT KILL', checkLost,
    async () => equal(await publisher.sendCommand(['CLIENT', 'KILL', 'TYPE', 'pubsub']), 1));
  await checkOwned(`subscribed again after kill -9 of the server, RESP${RESP}`,
    () => checkLost(publisher, subscriber, async () => killServer(await publisher.info('server'))));
  publisher.destroy();
  subscriber.destroy();
}
finish('pubsub-node-redis', versionOf('redis'));
