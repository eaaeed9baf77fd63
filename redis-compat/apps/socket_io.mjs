// Two socket.io servers that reach each other's browsers through Redis: by the pub/sub adapter,
// its sharded form, and the streams adapter.
import { deepStrictEqual as equal } from 'node:assert';
import { createServer } from 'node:http';
import { createAdapter, createShardedAdapter } from '@socket.io/redis-adapter';
import { createAdapter as createStreamsAdapter } from '@socket.io/redis-streams-adapter';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { Server } from 'socket.io';
import { io as openSocket } from 'socket.io-client';
import { check, finish, server, until, versionOf } from './checks.mjs';

const address = { host: server.host, port: server.port };

async function nodeRedis() {
  const client = createClient({ socket: address });
  client.on('error', () => {}); // it reconnects by itself
  return client.connect();
}

// Each kind has a prefix of its own, or their servers would hear each other.
const adapters = {
  'pub/sub by ioredis': async () => createAdapter(new Redis(address), new Redis(address),
    { key: 'io-by-ioredis' }),
  'pub/sub by node-redis': async () => createAdapter(await nodeRedis(), await nodeRedis(),
    { key: 'io-by-node-redis' }),
  'sharded pub/sub': async () => createShardedAdapter(await nodeRedis(), await nodeRedis(),
    { channelPrefix: 'io-sharded' }),
  streams: async () => createStreamsAdapter(await nodeRedis(), { streamName: 'io-streams' }),
};

// A server with one browser connected to it.
async function startNode(makeAdapter, name) {
  const http = createServer();
  await new Promise((listening) => { http.listen(0, '127.0.0.1', listening); });
  const io = new Server(http, { adapter: await makeAdapter() });
  io.on('connection', (socket) => {
    socket.on('join', (room, done) => Promise.resolve(socket.join(room)).then(done));
  });
  const heard = [];
  const browser = openSocket(`http://127.0.0.1:${http.address().port}`,
    { transports: ['websocket'] });
  browser.onAny((event, ...values) => {
    const answer = values.at(-1);
    if (typeof answer === 'function') answer(`${name} heard ${event}`);
    else heard.push([event, ...values]);
  });
  await until('the browser', () => browser.connected);
  return { io, browser, heard };
}

// Adapters greet each other first; what is sent before that reaches one side only.
async function meet(a, b) {
  await until('the servers to know each other', async () => {
    const [left, right] = await Promise.all([a, b].map(({ io }) => io.timeout(2000).fetchSockets()
      .catch(() => [])));
    return left.length === 2 && right.length === 2;
  });
}

async function checkEvents(a, b) {
  a.io.emit('news', { from: 'a', bytes: Buffer.from([0, 255]) });
  b.io.emit('news', { from: 'b' });
  await until('two events on both', () => a.heard.length >= 2 && b.heard.length >= 2);
  for (const { heard } of [a, b]) equal(new Set(heard.map(([, { from }]) => from)), new Set('ab'));
  const [, { bytes }] = b.heard.find(([, { from }]) => from === 'a');
  equal(bytes, Buffer.from([0, 255]));
}

async function checkRooms(a, b) {
  await b.browser.timeout(10_000).emitWithAck('join', 'east');
  a.heard.length = 0;
  b.heard.length = 0;
  a.io.to('east').emit('room', 1);
  a.io.except('east').emit('rest', 2);
  a.io.emit('end');
  b.io.emit('end');
  await until('the ends', () => [a, b].every(({ heard }) => heard.filter(([e]) => e === 'end')
    .length >= 2));
  equal(b.heard.filter(([e]) => e !== 'end'), [['room', 1]]);
  equal(a.heard.filter(([e]) => e !== 'end'), [['rest', 2]]);
}

async function checkAnswers(a) {
  const answers = await a.io.timeout(10_000).emitWithAck('question');
  equal(answers.sort(), ['a heard question', 'b heard question']);
}

async function checkServers(a, b) {
  b.io.on('sum', (x, y, answer) => answer(x + y));
  equal(await a.io.serverSideEmitWithAck('sum', 2, 3), [5]);
}

async function checkSockets(a, b) {
  const sockets = await a.io.in('east').fetchSockets();
  equal(sockets.map(({ id }) => id), [b.browser.id]);
  a.io.in('east').socketsLeave('east');
  await until('the empty room', async () => (await b.io.in('east').fetchSockets()).length === 0);
  a.io.in(b.browser.id).disconnectSockets();
  await until('the disconnect', () => !b.browser.connected);
}

for (const [name, makeAdapter] of Object.entries(adapters)) {
  let nodes;
  await check(`two servers meet, ${name}`, async () => {
    nodes = await Promise.all(['a', 'b'].map((each) => startNode(makeAdapter, each)));
    await meet(...nodes);
  });
  if (!nodes) continue;
  await check(`events reach browsers of both, ${name}`, () => checkEvents(...nodes));
  await check(`rooms, ${name}`, () => checkRooms(...nodes));
  await check(`answers from all browsers, ${name}`, () => checkAnswers(...nodes));
  await check(`servers ask each other, ${name}`, () => checkServers(...nodes));
  await check(`sockets of both, far leave and disconnect, ${name}`, () => checkSockets(...nodes));
}
finish('socket-io', versionOf('@socket.io/redis-adapter'));
