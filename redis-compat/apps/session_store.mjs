// express-session's store in connect-redis, through the interface that the middleware calls.
import { deepStrictEqual as equal } from 'node:assert';
import { promisify } from 'node:util';
import { RedisStore } from 'connect-redis';
import { createClient } from 'redis';
import { check, finish, server, sleep, until, versionOf } from './checks.mjs';

const client = createClient({ socket: { host: server.host, port: server.port } });
await client.connect();

// The store with promises in place of callbacks.
function open(options = {}) {
  const store = new RedisStore({ client, prefix: 'session:', ...options });
  const calls = ['get', 'set', 'touch', 'destroy', 'clear', 'length', 'ids', 'all'];
  return Object.fromEntries(calls.map((name) => [name, promisify(store[name]).bind(store)]));
}

function session(values, seconds) {
  const expires = seconds && new Date(Date.now() + seconds * 1000).toISOString();
  return { cookie: { path: '/', httpOnly: true, ...(seconds && { expires }) }, ...values };
}

const store = open({ ttl: 600 });

await check('a session is stored and read', async () => {
  const mine = session({ user: 'Snorri', cart: [1, 2, { three: 'þrír' }] });
  await store.set('one', mine);
  equal(await store.get('one'), mine);
  equal(await store.get('nobody'), null);
  equal(await client.type('session:one'), 'string');
});

await check('time to live comes from the store or from the cookie', async () => {
  await store.set('default', session({}));
  await store.set('cookie', session({}, 100));
  const left = await Promise.all(['default', 'cookie'].map((id) => client.ttl(`session:${id}`)));
  equal([left[0] > 590 && left[0] <= 600, left[1] > 90 && left[1] <= 100], [true, true]);
});

await check('touch gives it more time and changes nothing else', async () => {
  const mine = session({ visits: 3 }, 50);
  await store.set('touched', mine);
  await store.touch('touched', session({ visits: 99 }, 500));
  equal(await client.ttl('session:touched') > 400, true);
  equal(await store.get('touched'), mine);
  await store.touch('never stored', session({}, 500));
  equal(await store.get('never stored'), null);
});

await check('a session ends by itself', async () => {
  await store.set('brief', session({ user: 'x' }, 2));
  equal((await store.get('brief')).user, 'x');
  await until('its end', async () => (await store.get('brief')) === null);
  equal(await client.exists('session:brief'), 0);
});

await check('touch keeps one alive beyond its first deadline', async () => {
  await store.set('active', session({}, 4));
  for (let i = 0; i < 4; i += 1) {
    await sleep(1200);
    await store.touch('active', session({}, 4));
  }
  equal((await store.get('active')) !== null, true);
});

await check('an expired cookie destroys its session', async () => {
  await store.set('over', session({}));
  await store.set('over', session({}, -10));
  equal(await client.exists('session:over'), 0);
});

await check('listing, counting and clearing leave other keys alone', async () => {
  await store.clear();
  await client.set('unrelated', 'x');
  await Promise.all(Array.from({ length: 500 }, (_, i) => store.set(`n${i}`, session({ i }))));
  equal(await store.length(), 500);
  equal((await store.ids()).sort(), Array.from({ length: 500 }, (_, i) => `n${i}`).sort());
  equal((await store.all()).reduce((sum, each) => sum + each.i, 0), (499 * 500) / 2);
  await store.destroy('n7');
  equal(await store.length(), 499);
  await store.clear();
  equal([await store.length(), await client.exists('unrelated')], [0, 1]);
});

await check('no time to live where none is wanted', async () => {
  const forever = open({ disableTTL: true, prefix: 'forever:' });
  await forever.set('one', session({ user: 'x' }));
  equal(await client.ttl('forever:one'), -1);
  await forever.touch('one', session({}, 10));
  equal(await client.ttl('forever:one'), -1);
});

finish('session-store', versionOf('connect-redis'));
