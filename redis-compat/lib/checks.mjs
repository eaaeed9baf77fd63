// What the programs for Node.js share: where the server is, and the list of what was checked.
// Each program is started as: node <program>.mjs <host> <port> [restarts]
// `restarts` says that the server is the program's own to kill: it is started again by itself.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export { sleep };
export const server = {
  host: process.argv[2],
  port: Number(process.argv[3]),
  restarts: process.argv[4] === 'restarts',
};

const CHECK_MS_MAX = 60_000;
let begun = 0;
let passed = 0;

function fail(message) {
  throw new Error(message);
}

// Runs one check. A failure is printed and counted; the checks after it still run.
export async function check(title, body) {
  begun += 1;
  const over = new AbortController();
  try {
    const limit = sleep(CHECK_MS_MAX, undefined, { signal: over.signal });
    limit.catch(() => {});
    await Promise.race([body(), limit.then(() => fail(`not done after ${CHECK_MS_MAX} ms`))]);
    passed += 1;
    console.log(`  ok       ${title}`);
  } catch (error) {
    console.log(`  FAILED   ${title}: ${error.message}`);
  } finally {
    over.abort();
  }
}

// What a library does in the background fails a check of its own.
process.on('unhandledRejection', (error) => {
  begun += 1;
  console.log(`  FAILED   in the background: ${error?.message ?? error}`);
});

export function skip(title, reason) {
  console.log(`  skipped  ${title}: ${reason}`);
}

// A check that kills the server, left out when it belongs to somebody else.
export async function checkOwned(title, body) {
  if (server.restarts) await check(title, body);
  else skip(title, 'the server is not ours to kill');
}

// Waits until `probe` gives something true, and gives that.
export async function until(what, probe, wait_ms = 30_000) {
  const end = Date.now() + wait_ms;
  for (;;) {
    const found = await probe();
    if (found) return found;
    if (Date.now() > end) fail(`waited ${wait_ms} ms for ${what}`);
    await sleep(20);
  }
}

// Some libraries do not let their package.json be imported, so it is read from beside this file.
export function versionOf(library) {
  const path = new URL(`node_modules/${library}/package.json`, import.meta.url);
  return JSON.parse(readFileSync(path)).version.replace(/^v/, '');
}

// Kills the server with -9. `info` is the text of INFO server.
export function killServer(info) {
  process.kill(Number(/process_id:(\d+)/.exec(info)[1]), 'SIGKILL');
}

// Starts a file of this directory as a process of its own, with the server's address.
export function startProcess(file, ...words) {
  const path = new URL(file, import.meta.url).pathname;
  return spawn(process.execPath, [path, server.host, String(server.port), ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

// Prints the total and ends the process, whatever connections are still open.
export function finish(program, version) {
  console.log(`${program} ${version}: ${passed} of ${begun} checks passed`);
  process.exit(passed === begun ? 0 : 1);
}
