<?php
// What programs do with phpredis, by Debian's php-redis.
require 'checks.php';

function connect(): Redis
{
    global $host, $port;
    $client = new Redis();
    $client->connect($host, $port);
    return $client;
}

$client = connect();
$other = connect();

check('basics, RESP2', function () use ($client) {
    $client->flushAll();
    equal('ping', $client->ping(), true);
    equal('set', $client->set('name', 'Kvasir', ['nx', 'ex' => 100]), true);
    equal('set if absent', $client->set('name', 'x', ['nx']), false);
    equal('get', [$client->get('name'), $client->ttl('name')], ['Kvasir', 100]);
    $client->hMSet('hash', ['a' => 1, 'b' => 2]);
    equal('hash', $client->hGetAll('hash'), ['a' => '1', 'b' => '2']);
    $client->zAdd('scores', 1.5, 'one', 2, 'two');
    equal('sorted set', $client->zRange('scores', 0, -1, true), ['one' => 1.5, 'two' => 2.0]);
    $client->setOption(Redis::OPT_SERIALIZER, Redis::SERIALIZER_PHP);
    $client->set('object', ['list' => [1, null, 2.5]]);
    equal('serialized', $client->get('object'), ['list' => [1, null, 2.5]]);
    $client->setOption(Redis::OPT_SERIALIZER, Redis::SERIALIZER_NONE);
    equal('refused', $client->incr('name'), false);
    // The library leaves a zero byte behind the text.
    equal('error', rtrim($client->getLastError(), "\0"), 'ERR value is not an integer or out of range');
});

check('pipeline of 10000, RESP2', function () use ($client) {
    $pipeline = $client->pipeline();
    for ($i = 0; $i < 10000; $i++) {
        $pipeline->set("pipe:$i", $i);
    }
    equal('replies', count(array_filter($pipeline->exec())), 10000);
    $client->setOption(Redis::OPT_SCAN, Redis::SCAN_RETRY);
    $found = [];
    $cursor = null;
    while ($keys = $client->scan($cursor, 'pipe:*', 500)) {
        $found += array_flip($keys);
    }
    equal('scanned', count($found), 10000);
});

// A WATCH that is lost once: the second attempt goes through.
check('lost WATCH, RESP2', function () use ($client, $other) {
    $client->set('watched', 1);
    $attempts = 0;
    do {
        $attempts++;
        $client->watch('watched');
        $value = $client->get('watched');
        if ($attempts === 1) {
            $other->set('watched', 10);
        }
        $result = $client->multi()->set('watched', $value + 1)->get('watched')->exec();
    } while ($result === false);
    equal('transaction', $result, [true, '11']);
    equal('attempts', $attempts, 2);
});

check('blocking pop, RESP2', function () use ($client) {
    runLater('RPUSH', 'queue', 'job');
    equal('a pop that waited', $client->blPop(['queue'], 10), ['queue', 'job']);
    equal('a pop of nothing', $client->blPop(['queue'], 1), []);
});

check('pub/sub, RESP2', function () use ($client) {
    $heard = [];
    runLater('PUBLISH', 'news', 'hello');
    try {
        connect()->subscribe(['news'], function ($listener, $channel, $message) use (&$heard) {
            $heard[] = [$channel, $message];
            $listener->close();
        });
    } catch (RedisException $closed) {
        // That is how a subscription is left.
    }
    equal('heard', $heard, [['news', 'hello']]);
});

check('binary and 20 MB values, RESP2', function () use ($client) {
    $every = implode('', array_map('chr', range(0, 255)));
    $client->set($every, $every);
    equal('binary', $client->get($every), $every);
    $large = random_bytes(20 << 20);
    $client->set('large', $large);
    equal('20 MB', $client->get('large') === $large, true);
});

check('script by its digest, RESP2', function () use ($client) {
    $digest = $client->script('load', 'return {KEYS[1], ARGV[1] + 1}');
    equal('reply', $client->evalSha($digest, ['key', 41], 1), ['key', 42]);
});

check('reconnect after CLIENT KILL, RESP2', function () use ($client, $other) {
    $client->set('there', 'still');
    $id = $client->client('id');
    equal('killed', $other->rawCommand('CLIENT', 'KILL', 'ID', $id), 1);
    equal('after CLIENT KILL', $client->get('there'), 'still');
});

finish('phpredis', phpversion('redis'));
