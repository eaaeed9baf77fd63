// What programs do with ioredis, in RESP2 and, from its version 6 on, RESP3.
import { deepStrictEqual as equal, rejects } from 'node:assert';
import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import {
  check, checkOwned, finish, killServer, server, skip, sleep, until, versionOf,
} from './checks.mjs';

const version = versionOf('ioredis');

async function checkProtocol(client, protocol) {
  const shown = await client.client('LIST');
  equal(/ resp=(\d)/.exec(shown)[1], String(protocol));
}

async function checkBasics(client) {
  await client.flushall();
  equal(await client.ping(), 'PONG');
  equal(await client.set('name', 'Kvasir'), 'OK');
  equal(await client.get('name'), 'Kvasir');
  equal(await client.set('name', 'x', 'NX'), null);
  equal(await client.incrby('count', 5), 5);
  await client.set('brief', 'x', 'EX', 100);
  equal(await client.ttl('brief'), 100);
  await client.mset({ a: '1', b: '2' });
  equal(await client.mget('a', 'b', 'c'), ['1', '2', null]);
  if (server.restarts) equal(await client.config('GET', 'appendonly'), ['appendonly', 'yes']);
  equal(await client.client('GETNAME'), 'ioredis');
  await rejects(client.incr('name'), { message: 'ERR value is not an integer or out of range' });
}

async function checkPipeline(client) {
  const numbers = Array.from({ length: 10000 }, (_, i) => i);
  const pipeline = client.pipeline();
  for (const i of numbers) pipeline.set(`pipe:${i}`, i);
  for (const i of numbers) pipeline.get(`pipe:${i}`);
  const replies = await pipeline.exec();
  equal(replies.slice(numbers.length), numbers.map((i) => [null, String(i)]));
  const found = new Set();
  for await (const keys of client.scanStream({ match: 'pipe:*', count: 500 })) {
    for (const key of keys) found.add(key);
  }
  equal(found.size, numbers.length);
}

// A WATCH that is lost once: the second attempt goes through.
async function checkTransaction(client) {
  const other = client.duplicate();
  await client.set('watched', '1');
  let attempts = 0;
  let replies = null;
  while (replies === null) {
    attempts += 1;
    await client.watch('watched');
    const value = Number(await client.get('watched'));
    if (attempts === 1) await other.set('watched', '10');
    replies = await client.multi().set('watched', value + 1).get('watched').exec();
  }
  equal(replies, [[null, 'OK'], [null, '11']]);
  equal(attempts, 2);
  other.disconnect();
}

async function checkBytes(client) {
  const every = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
  await client.set(every, Buffer.concat([every, Buffer.from('\r\n')]));
  equal(await client.getBuffer(every), Buffer.concat([every, Buffer.from('\r\n')]));
  const large = randomBytes(20 << 20);
  await client.set('large', large);
  equal((await client.getBuffer('large')).equals(large), true);
}

// A pop that waits for what another connection pushes.
async function checkBlocking(client) {
  const waiting = client.duplicate();
  await client.del('queue');
  const popped = waiting.blpop('queue', 10);
  await sleep(100);
  await client.rpush('queue', 'job');
  equal(await popped, ['queue', 'job']);
  equal(await waiting.blpop('queue', 0.1), null);
  waiting.disconnect();
}

// The library finds its way back by itself when its connection is closed.
async function checkReconnect(client) {
  const other = client.duplicate();
  await client.set('there', 'still');
  equal(await other.client('KILL', 'ID', await client.client('ID')), 1);
  equal(await until('the connection', () => client.get('there').catch(() => false)), 'still');
  other.disconnect();
}

// What was acknowledged is there after kill -9, and the client finds its way back.
async function checkKill(client) {
  await client.set('survivor', 'alive');
  const keys = await client.dbsize();
  killServer(await client.info('server'));
  equal(await until('the server', () => client.get('survivor').catch(() => false)), 'alive');
  equal(await client.dbsize(), keys);
}

for (const protocol of [2, 3]) {
  if (protocol === 3 && Number.parseInt(version, 10) < 6) {
    skip('everything, RESP3', 'the library does not speak it');
    continue;
  }
  const client = new Redis({
    host: server.host,
    port: server.port,
    protocol,
    connectionName: 'ioredis',
    retryStrategy: () => 50,
  });
  client.on('error', () => {}); // it reconnects by itself
  await check(`protocol, RESP${protocol}`, () => checkProtocol(client, protocol));
  await check(`basics, RESP${protocol}`, () => checkBasics(client));
  await check(`pipeline of 20000, RESP${protocol}`, () => checkPipeline(client));
  await check(`lost WATCH, RESP${protocol}`, () => checkTransaction(client));
  await check(`blocking pop, RESP${protocol}`, () => checkBlocking(client));
  await check(`binary and 20 MB values, RESP${protocol}`, () => checkBytes(client));
  await check(`reconnect after CLIENT KILL, RESP${protocol}`, () => checkReconnect(client));
  await checkOwned(`data after kill -9, RESP${protocol}`, () => checkKill(client));
  client.disconnect();
}
finish('ioredis', version);
