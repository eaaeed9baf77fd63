// Locks by redlock: scripts that take, extend and release, with several clients at one lock.
import { deepStrictEqual as equal, rejects } from 'node:assert';
import { Redis } from 'ioredis';
import Redlock, { ExecutionError, ResourceLockedError } from 'redlock';
import { check, finish, server, sleep, until, versionOf } from './checks.mjs';

const clients = Array.from({ length: 4 }, () => new Redis({ host: server.host, port: server.port }));
const plain = new Redis({ host: server.host, port: server.port });

// A lock manager per client, which tries as long as the check may last, or once.
const patient = clients.map((client) => {
  const manager = new Redlock([client], { retryCount: 500, retryDelay: 20, retryJitter: 10 });
  manager.on('error', () => {}); // every attempt that finds the lock taken is told here
  return manager;
});
const once = { retryCount: 0 };

await check('a lock is taken, shown by its key, and released', async () => {
  const lock = await patient[0].acquire(['lock:one'], 10_000);
  equal(await plain.get('lock:one'), lock.value);
  const left = await plain.pttl('lock:one');
  equal(left > 0 && left <= 10_000, true);
  await lock.release();
  equal(await plain.exists('lock:one'), 0);
});

await check('nobody else gets it meanwhile', async () => {
  const lock = await patient[0].acquire(['lock:two'], 10_000);
  const error = await patient[1].acquire(['lock:two'], 10_000, once).catch((reason) => reason);
  equal(error instanceof ExecutionError, true);
  const { votesAgainst } = await error.attempts[0];
  equal([...votesAgainst.values()].every((vote) => vote instanceof ResourceLockedError), true);
  await lock.release();
  await (await patient[1].acquire(['lock:two'], 10_000, once)).release();
});

await check('several resources are taken together or not at all', async () => {
  const lock = await patient[0].acquire(['lock:b'], 10_000);
  await rejects(patient[1].acquire(['lock:a', 'lock:b', 'lock:c'], 10_000, once));
  equal(await plain.exists('lock:a', 'lock:c'), 0);
  await lock.release();
  const all = await patient[1].acquire(['lock:a', 'lock:b', 'lock:c'], 10_000, once);
  equal(await plain.exists('lock:a', 'lock:b', 'lock:c'), 3);
  await all.release();
});

// Each reads, waits and writes: without the lock, additions would be lost.
await check('four clients add to one number under the lock', async () => {
  await plain.set('balance', 0);
  const addTen = async (manager) => {
    for (let i = 0; i < 10; i += 1) {
      const lock = await manager.acquire(['lock:balance'], 30_000);
      const value = Number(await plain.get('balance'));
      await sleep(2);
      await plain.set('balance', value + 1);
      await lock.release();
    }
  };
  await Promise.all(patient.map(addTen));
  equal(await plain.get('balance'), '40');
});

await check('a lock that is not released ends by itself', async () => {
  const begun = Date.now();
  await patient[0].acquire(['lock:brief'], 500);
  const next = await patient[1].acquire(['lock:brief'], 10_000);
  equal(Date.now() - begun >= 490, true);
  await next.release();
});

await check('whose time is over cannot release the next one\'s lock', async () => {
  const late = await patient[0].acquire(['lock:late'], 200);
  await until('its end', async () => (await plain.exists('lock:late')) === 0);
  const next = await patient[1].acquire(['lock:late'], 10_000);
  await rejects(patient[0].release(late, once));
  equal(await plain.get('lock:late'), next.value);
  await next.release();
});

await check('a lock is extended', async () => {
  let lock = await patient[0].acquire(['lock:longer'], 1_000);
  lock = await lock.extend(60_000);
  equal(await plain.pttl('lock:longer') > 50_000, true);
  await lock.release();
  await rejects(patient[0].extend(lock, 1_000, once));
});

await check('using() extends it as long as the work takes', async () => {
  let others = 0;
  await patient[0].using(['lock:work'], 3_000, { automaticExtensionThreshold: 2_000 },
    async (signal) => {
      for (let i = 0; i < 10; i += 1) {
        await sleep(400);
        equal(signal.aborted, false);
        await patient[1].acquire(['lock:work'], 1_000, once).then(() => { others += 1; }, () => {});
      }
    });
  equal(others, 0);
  equal(await plain.exists('lock:work'), 0);
});

await check('the scripts are loaded again after SCRIPT FLUSH', async () => {
  equal(await plain.script('FLUSH'), 'OK');
  await (await patient[0].acquire(['lock:flushed'], 10_000, once)).release();
});

finish('redlock', versionOf('redlock'));
