// node-redis's client-side cache, which lives from CLIENT TRACKING: what others change is asked
// for again, what nobody changes is not asked for twice.
import { deepStrictEqual as equal } from 'node:assert';
import { BasicClientSideCache, createClient } from 'redis';
import { check, checkOwned, finish, killServer, server, until, versionOf } from './checks.mjs';

const socket = { host: server.host, port: server.port, reconnectStrategy: () => 50 };
const writer = createClient({ RESP: 3, socket });
writer.on('error', () => {}); // it reconnects by itself
await writer.connect();

// Gives `body` a client with a cache of its own.
async function withCache(body, options = {}) {
  const cache = new BasicClientSideCache({ recordStats: true, ...options });
  const client = createClient({ RESP: 3, socket, clientSideCache: cache });
  client.on('error', () => {}); // it reconnects by itself
  await client.connect();
  try {
    await body(client, cache);
  } finally {
    client.destroy();
  }
}

const readUntil = (client, key, value) => until(`${key} = ${value}`,
  async () => (await client.get(key)) === value);

await check('a second read is answered from the cache', () => withCache(async (client, cache) => {
  await writer.set('seen', 'once');
  for (let i = 0; i < 100; i += 1) equal(await client.get('seen'), 'once');
  equal([cache.stats().missCount, cache.stats().hitCount], [1, 99]);
}));

await check('a write by another client is seen', () => withCache(async (client) => {
  await writer.set('shared', '0');
  for (let i = 1; i <= 50; i += 1) {
    await client.get('shared');
    await writer.set('shared', String(i));
    await readUntil(client, 'shared', String(i));
  }
}));

await check('so are deletion, expiry and rename', () => withCache(async (client) => {
  await writer.set('doomed', 'x');
  await readUntil(client, 'doomed', 'x');
  await writer.del('doomed');
  await readUntil(client, 'doomed', null);
  await writer.set('brief', 'x', { expiration: { type: 'PX', value: 1000 } });
  await readUntil(client, 'brief', 'x');
  await readUntil(client, 'brief', null);
  await writer.set('from', 'moved');
  await readUntil(client, 'from', 'moved');
  await readUntil(client, 'to', null);
  await writer.rename('from', 'to');
  await readUntil(client, 'to', 'moved');
  await readUntil(client, 'from', null);
}));

await check('reads of several keys and types', () => withCache(async (client, cache) => {
  await writer.mSet({ m1: '1', m2: '2' });
  await writer.hSet('hash', { field: 'old' });
  equal(await client.mGet(['m1', 'm2']), ['1', '2']);
  equal(await client.hGet('hash', 'field'), 'old');
  const { missCount } = cache.stats();
  equal(await client.mGet(['m1', 'm2']), ['1', '2']);
  equal(await client.hGet('hash', 'field'), 'old');
  equal(cache.stats().missCount, missCount);
  await writer.set('m2', 'two');
  await writer.hSet('hash', { field: 'new' });
  await until('the new values', async () => (await client.mGet(['m1', 'm2']))[1] === 'two'
    && (await client.hGet('hash', 'field')) === 'new');
}));

await check('an untouched key stays cached', () => withCache(async (client, cache) => {
  await writer.set('still', 'here');
  await client.get('still');
  await Promise.all(Array.from({ length: 1000 }, (_, i) => writer.set(`other:${i}`, 'x')));
  await client.ping();
  const { missCount } = cache.stats();
  equal(await client.get('still'), 'here');
  equal(cache.stats().missCount, missCount);
}));

await check('FLUSHALL forgets everything', () => withCache(async (client) => {
  await writer.set('flushed', 'x');
  await readUntil(client, 'flushed', 'x');
  await writer.flushAll();
  await readUntil(client, 'flushed', null);
}));

await check('a thousand keys, each changed once', () => withCache(async (client) => {
  const keys = Array.from({ length: 1000 }, (_, i) => `wide:${i}`);
  await Promise.all(keys.map((key) => writer.set(key, 'old')));
  await Promise.all(keys.map((key) => client.get(key)));
  await Promise.all(keys.map((key) => writer.set(key, 'new')));
  await until('all new values', async () => (await Promise.all(keys.map((key) => client.get(key))))
    .every((value) => value === 'new'));
}));

await check('a lost connection empties the cache', () => withCache(async (client) => {
  await writer.set('lost', 'before');
  await readUntil(client, 'lost', 'before');
  const { id } = await client.clientInfo();
  equal(await writer.sendCommand(['CLIENT', 'KILL', 'ID', String(id)]), 1);
  await writer.set('lost', 'after');
  await until('the new value', async () => {
    try {
      return (await client.get('lost')) === 'after';
    } catch {
      return false; // not connected again yet
    }
  });
  await writer.set('lost', 'tracked again');
  await readUntil(client, 'lost', 'tracked again');
}));

await checkOwned('so does kill -9 of the server', () => withCache(async (client) => {
  await writer.set('survivor', 'old');
  await readUntil(client, 'survivor', 'old');
  killServer(await writer.info('server'));
  await until('the server', () => writer.set('survivor', 'new').catch(() => false));
  await until('the new value', () => client.get('survivor').then((v) => v === 'new', () => false));
}));

finish('client-cache', versionOf('redis'));
