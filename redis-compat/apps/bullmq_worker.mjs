// A worker in a process of its own, for bullmq.mjs to kill in the middle of a job.
// Usage: node bullmq_worker.mjs <host> <port> <queue>
import { Worker } from 'bullmq';

const [host, port, queue] = process.argv.slice(2);
const worker = new Worker(queue, () => {
  console.log('begun');
  return new Promise(() => {}); // never done
}, { connection: { host, port: Number(port) }, lockDuration: 1000, stalledInterval: 500 });
worker.on('error', () => {}); // it reconnects by itself
