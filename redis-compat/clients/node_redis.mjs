// What programs do with node-redis, in RESP2 and RESP3.
import { deepStrictEqual as equal, rejects } from 'node:assert';
import { randomBytes } from 'node:crypto';
import { createClient, RESP_TYPES, WatchError } from 'redis';
import {
  check, checkOwned, finish, killServer, server, sleep, until, versionOf,
} from './checks.mjs';

async function connect(RESP) {
  const client = createClient({
    RESP,
    name: 'node-redis',
    socket: { host: server.host, port: server.port, reconnectStrategy: () => 50 },
  });
  client.on('error', () => {}); // it reconnects by itself
  return client.connect();
}

async function checkBasics(client) {
  await client.flushAll();
  equal(await client.ping(), 'PONG');
  equal(await client.set('name', 'Kvasir'), 'OK');
  equal(await client.get('name'), 'Kvasir');
  equal(await client.set('name', 'x', { NX: true }), null);
  equal(await client.incrBy('count', 5), 5);
  await client.set('brief', 'x', { EX: 100 });
  equal(await client.ttl('brief'), 100);
  await client.mSet({ a: '1', b: '2' });
  equal(await client.mGet(['a', 'b', 'c']), ['1', '2', null]);
  if (server.restarts) {
    equal({ ...(await client.configGet('appendonly')) }, { appendonly: 'yes' });
  }
  equal((await client.clientInfo()).name, 'node-redis');
  await rejects(client.incr('name'), { message: 'ERR value is not an integer or out of range' });
}

async function checkPipeline(client) {
  const numbers = Array.from({ length: 10000 }, (_, i) => i);
  await Promise.all(numbers.map((i) => client.set(`pipe:${i}`, i)));
  equal(await Promise.all(numbers.map((i) => client.get(`pipe:${i}`))), numbers.map(String));
  const found = [];
  for await (const keys of client.scanIterator({ MATCH: 'pipe:*', COUNT: 500 })) {
    found.push(...[keys].flat());
  }
  equal(new Set(found).size, numbers.length);
}

// A WATCH that is lost once: the second attempt goes through.
async function checkTransaction(client) {
  const other = await client.duplicate().connect();
  await client.set('watched', '1');
  let attempts = 0;
  for (;;) {
    attempts += 1;
    await client.watch('watched');
    const value = Number(await client.get('watched'));
    if (attempts === 1) await other.set('watched', '10');
    try {
      const replies = await client.multi().set('watched', String(value + 1)).get('watched').exec();
      equal(replies, ['OK', '11']);
      break;
    } catch (error) {
      if (!(error instanceof WatchError)) throw error;
    }
  }
  equal(attempts, 2);
  await other.close();
}

async function checkBytes(client) {
  const binary = client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
  const every = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
  await binary.set(every, Buffer.concat([every, Buffer.from('\r\n')]));
  equal(await binary.get(every), Buffer.concat([every, Buffer.from('\r\n')]));
  const large = randomBytes(20 << 20);
  await binary.set('large', large);
  equal((await binary.get('large')).equals(large), true);
}

// A pop that waits for what another connection pushes.
async function checkBlocking(client) {
  const waiting = await client.duplicate().connect();
  await client.del('queue');
  const popped = waiting.blPop('queue', 10);
  await sleep(100);
  await client.rPush('queue', 'job');
  equal({ ...(await popped) }, { key: 'queue', element: 'job' });
  equal(await waiting.blPop('queue', 0.1), null);
  waiting.destroy();
}

// The library finds its way back by itself when its connection is closed.
async function checkReconnect(client) {
  const other = await client.duplicate().connect();
  await client.set('there', 'still');
  equal(await other.sendCommand(['CLIENT', 'KILL', 'ID', String(await client.clientId())]), 1);
  equal(await until('the connection', () => client.get('there').catch(() => false)), 'still');
  other.destroy();
}

// What was acknowledged is there after kill -9, and the client finds its way back.
async function checkKill(client) {
  await client.set('survivor', 'alive');
  const keys = await client.dbSize();
  killServer(await client.info('server'));
  equal(await until('the server', () => client.get('survivor').catch(() => false)), 'alive');
  equal(await client.dbSize(), keys);
}

for (const resp of [2, 3]) {
  const client = await connect(resp);
  await check(`basics, RESP${resp}`, () => checkBasics(client));
  await check(`pipeline of 20000, RESP${resp}`, () => checkPipeline(client));
  await check(`lost WATCH, RESP${resp}`, () => checkTransaction(client));
  await check(`blocking pop, RESP${resp}`, () => checkBlocking(client));
  await check(`binary and 20 MB values, RESP${resp}`, () => checkBytes(client));
  await check(`reconnect after CLIENT KILL, RESP${resp}`, () => checkReconnect(client));
  await checkOwned(`data after kill -9, RESP${resp}`, () => checkKill(client));
  await client.close();
}
finish('node-redis', versionOf('redis'));
