<?php
// What programs do with Predis, by Debian's php-predis.
require 'checks.php';
require 'Predis/Autoloader.php';
Predis\Autoloader::register();

function connect(): Predis\Client
{
    global $host, $port;
    return new Predis\Client(['host' => $host, 'port' => $port, 'read_write_timeout' => 30]);
}

$client = connect();
$other = connect();

check('basics, RESP2', function () use ($client) {
    $client->flushall();
    equal('ping', (string) $client->ping(), 'PONG');
    equal('set', (string) $client->set('name', 'Kvasir', 'EX', 100, 'NX'), 'OK');
    equal('set if absent', $client->set('name', 'x', 'EX', 100, 'NX'), null);
    equal('get', [$client->get('name'), $client->ttl('name')], ['Kvasir', 100]);
    $client->hmset('hash', ['a' => 1, 'b' => 2]);
    equal('hash', $client->hgetall('hash'), ['a' => '1', 'b' => '2']);
    equal('info', $client->info('server')['Server']['redis_mode'], 'standalone');
    try {
        $client->incr('name');
        equal('error', 'none', 'one');
    } catch (Predis\Response\ServerException $error) {
        equal('error', $error->getMessage(), 'ERR value is not an integer or out of range');
    }
});

check('pipeline of 10000, RESP2', function () use ($client) {
    $replies = $client->pipeline(function ($pipeline) {
        for ($i = 0; $i < 10000; $i++) {
            $pipeline->set("pipe:$i", $i);
        }
    });
    equal('replies', count($replies), 10000);
    $found = [];
    foreach (new Predis\Collection\Iterator\Keyspace($client, 'pipe:*', 500) as $key) {
        $found[$key] = true;
    }
    equal('scanned', count($found), 10000);
});

// A WATCH that is lost once: the library tries again.
check('lost WATCH, RESP2', function () use ($client, $other) {
    $client->set('watched', 1);
    $attempts = 0;
    $options = ['cas' => true, 'watch' => 'watched', 'retry' => 3];
    $result = $client->transaction($options, function ($transaction) use ($other, &$attempts) {
        $attempts++;
        $value = $transaction->get('watched');
        if ($attempts === 1) {
            $other->set('watched', 10);
        }
        $transaction->multi();
        $transaction->set('watched', $value + 1);
        $transaction->get('watched');
    });
    equal('transaction', array_map('strval', $result), ['OK', '11']);
    equal('attempts', $attempts, 2);
});

check('blocking pop, RESP2', function () use ($client) {
    runLater('RPUSH', 'queue', 'job');
    equal('a pop that waited', $client->blpop(['queue'], 10), ['queue', 'job']);
    equal('a pop of nothing', $client->blpop(['queue'], 1), null);
});

check('pub/sub, RESP2', function () {
    $heard = [];
    runLater('PUBLISH', 'news', 'hello');
    $listener = connect()->pubSubLoop();
    $listener->subscribe('news');
    foreach ($listener as $message) {
        $heard[] = [$message->kind, $message->channel, $message->payload];
        if ($message->kind === 'message') {
            $listener->unsubscribe();
        }
    }
    equal('heard', array_slice($heard, 0, 2), [['subscribe', 'news', 1], ['message', 'news', 'hello']]);
});

check('binary and 20 MB values, RESP2', function () use ($client) {
    $every = implode('', array_map('chr', range(0, 255)));
    $client->set($every, $every);
    equal('binary', $client->get($every), $every);
    $large = random_bytes(20 << 20);
    $client->set('large', $large);
    equal('20 MB', $client->get('large') === $large, true);
});

// The library says that the connection was lost; the next command makes a new one.
check('reconnect after CLIENT KILL, RESP2', function () use ($client, $other) {
    $client->set('there', 'still');
    $id = $client->executeRaw(['CLIENT', 'ID']);
    equal('killed', $other->executeRaw(['CLIENT', 'KILL', 'ID', $id]), 1);
    try {
        $client->get('there');
    } catch (Predis\Connection\ConnectionException $lost) {
        $client->disconnect();
    }
    equal('after CLIENT KILL', $client->get('there'), 'still');
});

finish('predis', Predis\Client::VERSION);
