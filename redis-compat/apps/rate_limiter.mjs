// rate-limiter-flexible, whose limits are one script per request, by ioredis and by node-redis.
import { deepStrictEqual as equal } from 'node:assert';
import { Redis } from 'ioredis';
import { BurstyRateLimiter, RateLimiterQueue, RateLimiterRedis } from 'rate-limiter-flexible';
import { createClient } from 'redis';
import { check, finish, server, sleep, until, versionOf } from './checks.mjs';

const address = { host: server.host, port: server.port };
const ioredis = new Redis(address);
const nodeRedis = await createClient({ socket: address }).connect();

// How many of `count` requests at the same time get through.
async function admitted(limiter, key, count) {
  const asked = Array.from({ length: count }, () => limiter.consume(key));
  const results = await Promise.allSettled(asked);
  const error = results.find(({ reason }) => reason instanceof Error);
  if (error) throw error.reason;
  return results.filter(({ status }) => status === 'fulfilled').length;
}

async function checkPoints(limiter) {
  const first = await limiter.consume('points', 2);
  equal([first.consumedPoints, first.remainingPoints, first.isFirstInDuration], [2, 8, true]);
  equal((await limiter.consume('points', 8)).remainingPoints, 0);
  const refused = await limiter.consume('points').catch((reason) => reason);
  equal([refused.consumedPoints, refused.remainingPoints], [11, 0]);
  equal(refused.msBeforeNext > 0 && refused.msBeforeNext <= 60_000, true);
  equal((await limiter.get('points')).consumedPoints, 11);
  await limiter.reward('points', 5);
  equal((await limiter.get('points')).consumedPoints, 6);
  await limiter.penalty('points', 4);
  equal((await limiter.get('points')).consumedPoints, 10);
  equal(await limiter.delete('points'), true);
  equal(await limiter.get('points'), null);
  equal(await limiter.delete('points'), false);
}

for (const [name, storeClient] of [['ioredis', ioredis], ['node-redis', nodeRedis]]) {
  const options = {
    storeClient, useRedisPackage: name === 'node-redis', points: 10, duration: 60,
  };
  await check(`points, rewards and penalties, ${name}`,
    () => checkPoints(new RateLimiterRedis({ ...options, keyPrefix: `points-${name}` })));

  await check(`exactly ten of a hundred at once, ${name}`, async () => {
    const limiter = new RateLimiterRedis({ ...options, keyPrefix: `crowd-${name}` });
    equal(await admitted(limiter, 'crowd', 100), 10);
    equal(await admitted(limiter, 'another', 5), 5);
  });

  await check(`the window opens again, ${name}`, async () => {
    const limiter = new RateLimiterRedis({ ...options, duration: 2, keyPrefix: `window-${name}` });
    equal(await admitted(limiter, 'window', 20), 10);
    await until('a new window', async () => (await limiter.get('window')) === null);
    equal(await admitted(limiter, 'window', 20), 10);
  });

  await check(`a block outlasts the window, ${name}`, async () => {
    const limiter = new RateLimiterRedis({
      ...options, duration: 2, blockDuration: 60, keyPrefix: `block-${name}`,
    });
    equal(await admitted(limiter, 'blocked', 11), 10);
    await sleep(2100);
    equal(await admitted(limiter, 'blocked', 3), 0);
    await limiter.block('by hand', 60);
    equal(await admitted(limiter, 'by hand', 1), 0);
  });
}

await check('two limiters share one count', async () => {
  const options = { points: 50, duration: 60, keyPrefix: 'shared' };
  const first = new RateLimiterRedis({ ...options, storeClient: ioredis });
  const second = new RateLimiterRedis({ ...options, storeClient: nodeRedis, useRedisPackage: true });
  const through = await Promise.all([admitted(first, 'k', 60), admitted(second, 'k', 60)]);
  equal(through[0] + through[1], 50);
});

await check('a burst above the rate', async () => {
  const options = { storeClient: ioredis, duration: 60 };
  const bursty = new BurstyRateLimiter(
    new RateLimiterRedis({ ...options, points: 5, keyPrefix: 'rate' }),
    new RateLimiterRedis({ ...options, points: 7, keyPrefix: 'burst' }),
  );
  equal(await admitted(bursty, 'k', 30), 12);
});

await check('a queue lets requests through in turn', async () => {
  const limiter = new RateLimiterRedis({
    storeClient: ioredis, points: 5, duration: 1, keyPrefix: 'queue',
  });
  const queue = new RateLimiterQueue(limiter, { maxQueueSize: 20 });
  const begun = Date.now();
  await Promise.all(Array.from({ length: 12 }, () => queue.removeTokens(1)));
  equal(Date.now() - begun >= 1000, true);
});

finish('rate-limiter', versionOf('rate-limiter-flexible'));
