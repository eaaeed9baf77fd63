// BullMQ's queues: workers at once, delays, retries, priorities, schedules, flows, events, rate
// limits, and jobs whose worker or server is killed. Each check has a queue of its own.
import { deepStrictEqual as equal, rejects } from 'node:assert';
import { randomUUID } from 'node:crypto';
import {
  FlowProducer, Queue, QueueEvents, UnrecoverableError, Worker,
} from 'bullmq';
import { Redis } from 'ioredis';
import {
  check, checkOwned, finish, killServer, server, sleep, startProcess, until, versionOf,
} from './checks.mjs';

const connection = {
  host: server.host, port: server.port, maxRetriesPerRequest: null, retryStrategy: () => 50,
};
const plain = new Redis(connection);
plain.on('error', () => {}); // it reconnects by itself

// What a check needs of a queue; everything it opened is closed behind it.
class Bench {
  name = `q-${randomUUID()}`;
  opened = [];

  open(part) {
    part.on('error', () => {}); // they reconnect by themselves
    this.opened.push(part);
    return part;
  }

  get queue() {
    this.theQueue ??= this.open(new Queue(this.name, { connection }));
    return this.theQueue;
  }

  // A worker that takes jobs from now on.
  work(handler, options = {}) {
    return this.open(new Worker(this.name, handler, { connection, ...options }));
  }

  // Counts on hearing every event from now on.
  async events() {
    const events = this.open(new QueueEvents(this.name, { connection }));
    await events.waitUntilReady();
    return events;
  }

  count(...states) {
    return this.queue.getJobCountByTypes(...states);
  }

  async isIdle() {
    return (await this.count('waiting', 'active')) === 0;
  }
}

function checkQueue(title, body, checkWith = check) {
  return checkWith(title, async () => {
    const bench = new Bench();
    try {
      await body(bench);
    } finally {
      await Promise.race([Promise.allSettled(bench.opened.map((part) => part.close())),
        sleep(5000)]);
    }
  });
}

await checkQueue('300 jobs by four workers, each done once', async (bench) => {
  const done = [];
  const takers = new Set();
  for (let i = 0; i < 4; i += 1) {
    bench.work(async (job) => {
      await sleep(2);
      done.push(job.data.number);
      takers.add(i);
      return job.data.number * 2;
    }, { concurrency: 5 });
  }
  const numbers = Array.from({ length: 300 }, (_, number) => number);
  await bench.queue.addBulk(numbers.map((number) => ({ name: 'double', data: { number } })));
  await until('all jobs', async () => (await bench.count('completed')) === 300);
  equal(done.sort((a, b) => a - b), numbers);
  equal(takers.size >= 2, true);
  const jobs = await bench.queue.getCompleted(0, 299);
  equal(jobs.every(({ data, returnvalue }) => returnvalue === data.number * 2), true);
});

await checkQueue('a result is waited for', async (bench) => {
  const events = await bench.events();
  bench.work(async ({ data }) => ({ greeting: `hello ${data.who}` }));
  const job = await bench.queue.add('greet', { who: 'Kvasir' });
  equal(await job.waitUntilFinished(events, 30_000), { greeting: 'hello Kvasir' });
});

await checkQueue('delayed jobs wait, and come in the order of their times', async (bench) => {
  const done = [];
  bench.work(async (job) => { done.push([job.name, Date.now() - job.timestamp]); });
  await bench.queue.add('late', {}, { delay: 1200 });
  await bench.queue.add('soon', {}, { delay: 500 });
  await bench.queue.add('now', {});
  equal(await bench.count('delayed'), 2);
  await until('all jobs', () => done.length === 3);
  equal(done.map(([name]) => name), ['now', 'soon', 'late']);
  equal([done[1][1] >= 490, done[2][1] >= 1190], [true, true]);
});

await checkQueue('a delayed job is promoted, another one gets a new time', async (bench) => {
  const done = [];
  bench.work(async (job) => { done.push(job.name); });
  const far = await bench.queue.add('promoted', {}, { delay: 3_600_000 });
  const changed = await bench.queue.add('changed', {}, { delay: 3_600_000 });
  await far.promote();
  await until('the promoted job', () => done.length === 1);
  await changed.changeDelay(100);
  await until('the other one', () => done.length === 2);
  equal(done, ['promoted', 'changed']);
});

await checkQueue('failures are retried after growing pauses', async (bench) => {
  const events = await bench.events();
  const tries = [];
  bench.work(async () => {
    tries.push(Date.now());
    if (tries.length < 4) throw new Error(`try ${tries.length}`);
    return 'at last';
  });
  const job = await bench.queue.add('flaky', {}, {
    attempts: 5, backoff: { type: 'exponential', delay: 200 },
  });
  equal(await job.waitUntilFinished(events, 30_000), 'at last');
  const gaps = tries.slice(1).map((at, i) => at - tries[i]);
  equal(gaps.map((gap, i) => gap >= 190 * 2 ** i), [true, true, true]);
  const kept = await bench.queue.getJob(job.id);
  equal([kept.attemptsMade, kept.stacktrace.length], [4, 3]);
});

await checkQueue('a job fails for good, and is retried by hand', async (bench) => {
  const events = await bench.events();
  let broken = true;
  bench.work(async () => {
    if (broken) throw new Error('no luck');
    return 'luck';
  });
  const job = await bench.queue.add('unlucky', {}, { attempts: 2 });
  await rejects(job.waitUntilFinished(events, 30_000), { message: 'no luck' });
  const failed = await bench.queue.getJob(job.id);
  equal([await failed.getState(), failed.failedReason, failed.attemptsMade],
    ['failed', 'no luck', 2]);
  broken = false;
  await failed.retry();
  await until('its success', async () => (await failed.getState()) === 'completed');
  equal((await bench.queue.getJob(job.id)).returnvalue, 'luck');
});

await checkQueue('an unrecoverable failure is not retried', async (bench) => {
  let tries = 0;
  bench.work(async () => {
    tries += 1;
    throw new UnrecoverableError('never');
  });
  const job = await bench.queue.add('hopeless', {}, { attempts: 10 });
  await until('the failure', async () => (await job.getState()) === 'failed');
  equal(tries, 1);
});

await checkQueue('priorities, first in first out, and last in first out', async (bench) => {
  const order = [];
  await bench.queue.add('p5', {}, { priority: 5 });
  await bench.queue.add('p1', {}, { priority: 1 });
  await bench.queue.add('p3-a', {}, { priority: 3 });
  await bench.queue.add('p3-b', {}, { priority: 3 });
  await bench.queue.add('none-a', {});
  await bench.queue.add('none-b', {});
  await bench.queue.add('lifo', {}, { lifo: true });
  equal(await bench.queue.getCountsPerPriority([0, 1, 3, 5]), {
    0: 3, 1: 1, 3: 2, 5: 1,
  });
  bench.work(async (job) => { order.push(job.name); }, { concurrency: 1 });
  await until('all jobs', () => order.length === 7);
  equal(order, ['lifo', 'none-a', 'none-b', 'p1', 'p3-a', 'p3-b', 'p5']);
});

await checkQueue('a schedule repeats its job until it is removed', async (bench) => {
  const done = [];
  bench.work(async (job) => { done.push(job.data.tick); });
  await bench.queue.upsertJobScheduler('every', { every: 250 },
    { name: 'tick', data: { tick: true } });
  await bench.queue.upsertJobScheduler('cron', { pattern: '* * * * * *', limit: 2 },
    { name: 'cron', data: { tick: 'cron' } });
  equal((await bench.queue.getJobSchedulers()).map(({ key }) => key).sort(), ['cron', 'every']);
  await until('five ticks', () => done.filter((tick) => tick === true).length >= 5);
  await until('two of the clock', () => done.filter((tick) => tick === 'cron').length === 2);
  equal(await bench.queue.removeJobScheduler('every'), true);
  await until('an idle queue', () => bench.isIdle());
  const sofar = done.length;
  await sleep(800);
  equal(done.length, sofar);
});

await checkQueue('events tell a job\'s life in its order', async (bench) => {
  const events = await bench.events();
  const told = [];
  for (const name of ['added', 'waiting', 'active', 'progress', 'completed', 'failed']) {
    events.on(name, ({ jobId, data }) => told.push([jobId, name, ...(data ? [data] : [])]));
  }
  bench.work(async (job) => {
    await job.updateProgress(50);
    await job.log('halfway');
    if (job.name === 'bad') throw new Error('bad');
  });
  const good = await bench.queue.add('good', {}, { jobId: 'good' });
  await bench.queue.add('bad', {}, { jobId: 'bad' });
  await until('both ends', () => told.filter(([, name]) => /completed|failed/.test(name))
    .length === 2);
  const life = (id) => told.filter(([jobId]) => jobId === id).map(([, ...rest]) => rest);
  const begin = [['added'], ['waiting'], ['active'], ['progress', 50]];
  equal(life('good'), [...begin, ['completed']]);
  equal(life('bad'), [...begin, ['failed']]);
  equal((await bench.queue.getJobLogs(good.id)).logs, ['halfway']);
});

await checkQueue('a flow: the parent runs after its children', async (bench) => {
  const flows = bench.open(new FlowProducer({ connection }));
  const order = [];
  bench.work(async (job) => {
    order.push(job.name);
    if (job.name !== 'sum') return job.data.value;
    const values = Object.values(await job.getChildrenValues());
    return values.reduce((sum, value) => sum + value, 0);
  });
  const children = [1, 2, 3].map((value) => ({
    name: `child-${value}`, queueName: bench.name, data: { value },
  }));
  const tree = await flows.add({ name: 'sum', queueName: bench.name, children });
  await until('the sum', async () => (await tree.job.getState()) === 'completed');
  equal((await bench.queue.getJob(tree.job.id)).returnvalue, 6);
  equal(order.at(-1), 'sum');
});

await checkQueue('no more jobs than the rate allows', async (bench) => {
  const times = [];
  bench.work(async () => { times.push(Date.now()); },
    { limiter: { max: 5, duration: 500 }, concurrency: 10 });
  await bench.queue.addBulk(Array.from({ length: 14 }, (_, i) => ({ name: `j${i}`, data: {} })));
  await until('all jobs', () => times.length === 14);
  equal(times.at(-1) - times[0] >= 950, true);
});

await checkQueue('doubles are dropped', async (bench) => {
  const events = await bench.events();
  const told = [];
  events.on('deduplicated', ({ jobId }) => told.push(jobId));
  events.on('duplicated', ({ jobId }) => told.push(jobId));
  const first = await bench.queue.add('a', {}, { deduplication: { id: 'same', ttl: 60_000 } });
  await bench.queue.add('a', {}, { deduplication: { id: 'same', ttl: 60_000 } });
  await bench.queue.add('b', {}, { jobId: 'custom' });
  await bench.queue.add('b', {}, { jobId: 'custom' });
  equal(await bench.count('waiting'), 2);
  await until('both to be told', () => told.length === 2);
  equal(told, [first.id, 'custom']);
});

await checkQueue('pause, resume, remove and drain', async (bench) => {
  const done = [];
  bench.work(async (job) => { done.push(job.name); });
  await bench.queue.pause();
  await bench.queue.addBulk(['a', 'b', 'c'].map((name) => ({ name, data: {}, opts: { jobId: name } })));
  await sleep(300);
  equal([done.length, await bench.queue.isPaused()], [0, true]);
  equal(await bench.queue.remove('b'), 1);
  await bench.queue.resume();
  await until('two jobs', () => done.length === 2);
  equal(done, ['a', 'c']);
  await bench.queue.pause();
  await bench.queue.addBulk(Array.from({ length: 10 }, () => ({ name: 'x', data: {} })));
  await bench.queue.drain();
  equal(await bench.count('paused'), 0);
});

await checkQueue('finished jobs are kept as long as asked', async (bench) => {
  bench.work(async () => 1);
  await bench.queue.addBulk(Array.from({ length: 20 }, (_, i) => ({
    name: 'kept', data: {}, opts: { jobId: `kept-${i}`, removeOnComplete: 5 },
  })));
  await until('an idle queue', () => bench.isIdle());
  equal(await bench.count('completed'), 5);
  equal((await bench.queue.clean(0, 100, 'completed')).length, 5);
});

await checkQueue('the job of a worker killed with -9 is done by another', async (bench) => {
  const events = await bench.events();
  const stalled = [];
  events.on('stalled', ({ jobId }) => stalled.push(jobId));
  const doomed = startProcess('bullmq_worker.mjs', bench.name);
  const job = await bench.queue.add('half done', {});
  await new Promise((begun) => { doomed.stdout.once('data', begun); });
  equal(await job.getState(), 'active');
  doomed.kill('SIGKILL');
  bench.work(async () => 'done after all', { stalledInterval: 500, maxStalledCount: 2 });
  equal(await job.waitUntilFinished(events, 40_000), 'done after all');
  equal(stalled.includes(job.id), true);
});

await checkQueue('an obliterated queue leaves no key', async (bench) => {
  await bench.queue.addBulk(Array.from({ length: 50 }, (_, i) => ({
    name: 'x', data: {}, opts: { delay: (i % 2) * 1e6, priority: i % 3 },
  })));
  await bench.queue.obliterate({ force: true });
  equal(await plain.keys(`bull:${bench.name}:*`), []);
});

await checkQueue('no job is lost when the server is killed with -9', async (bench) => {
  const done = new Set();
  for (let i = 0; i < 2; i += 1) {
    bench.work(async (job) => {
      await sleep(5);
      done.add(job.data.number);
    }, { concurrency: 5, lockDuration: 2000, stalledInterval: 1000, maxStalledCount: 10 });
  }
  await bench.queue.addBulk(Array.from({ length: 400 }, (_, number) => ({
    name: 'survivor', data: { number },
  })));
  await until('the first jobs', () => done.size >= 50);
  killServer(await plain.info('server'));
  await until('all jobs', () => done.size === 400, 50_000);
  await until('the count', async () => (await bench.count('completed')) === 400, 50_000);
}, checkOwned);

finish('bullmq', versionOf('bullmq'));
