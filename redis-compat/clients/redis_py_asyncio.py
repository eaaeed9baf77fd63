#!/usr/bin/env python3
"""What programs do with redis-py's asyncio side, in RESP2 and, where the library speaks it, RESP3."""

import asyncio
import inspect
import os

import redis
import redis.asyncio

from checks import HOST, PORT, check, equal, finish, skip


async def check_basics(client):
    await client.flushall()
    equal("ping", await client.ping(), True)
    equal("set", await client.set("name", "Kvasir", ex=100), True)
    equal("get", (await client.get("name"), await client.ttl("name")), (b"Kvasir", 100))
    equal("many at once", await asyncio.gather(*(client.incr("count") for _ in range(200))), list(range(1, 201)))


async def check_pipeline(client):
    async with client.pipeline(transaction=False) as pipeline:
        for i in range(10000):
            pipeline.set(f"pipe:{i}", i)
        equal("pipeline", await pipeline.execute(), [True] * 10000)
    found = [key async for key in client.scan_iter("pipe:*", count=500)]
    equal("scan", len(set(found)), 10000)


async def check_transaction(client):
    """A WATCH that is lost once: the second attempt goes through."""
    await client.set("watched", 1)
    attempts = 0
    async with client.pipeline() as pipeline:
        while True:
            attempts += 1
            try:
                await pipeline.watch("watched")
                value = int(await pipeline.get("watched"))
                if attempts == 1:
                    await client.set("watched", 10)
                pipeline.multi()
                pipeline.set("watched", value + 1)
                pipeline.get("watched")
                equal("transaction", await pipeline.execute(), [True, b"11"])
                break
            except redis.WatchError:
                continue
    equal("attempts", attempts, 2)


async def check_blocking(client):
    await client.delete("queue")
    waiting = asyncio.create_task(client.blpop("queue", 10))
    await asyncio.sleep(0.2)
    await client.rpush("queue", "job")
    equal("a pop that waited", await waiting, (b"queue", b"job"))


async def check_pubsub(client):
    async with client.pubsub(ignore_subscribe_messages=True) as listener:
        await listener.subscribe("news")
        while (await client.pubsub_numsub("news"))[0][1] != 1:
            await asyncio.sleep(0.02)
        equal("receivers", await client.publish("news", "hello"), 1)
        while not (message := await listener.get_message(timeout=5)):
            pass
        equal("heard", message["data"], b"hello")


async def check_bytes(client):
    every = bytes(range(256))
    await client.set(every, every)
    equal("binary", await client.get(every), every)
    large = os.urandom(1 << 20) * 20
    await client.set("large", large)
    equal("20 MB", await client.get("large") == large, True)


async def check_reconnect(client):
    """The library says that its connection was lost; the next command makes a new one."""
    own = client.client()
    async with own:
        await own.set("there", "still")
        equal("killed", await client.client_kill_filter(_id=await own.client_id()), 1)
        try:
            await own.get("there")
        except redis.ConnectionError:
            pass
        equal("after CLIENT KILL", await own.get("there"), b"still")


STEPS = {
    "basics": check_basics,
    "pipeline of 10000": check_pipeline,
    "lost WATCH": check_transaction,
    "blocking pop": check_blocking,
    "pub/sub": check_pubsub,
    "binary and 20 MB values": check_bytes,
    "reconnect after CLIENT KILL": check_reconnect,
}


def run_step(step, options):
    async def body():
        client = redis.asyncio.Redis(host=HOST, port=PORT, **options)
        try:
            await asyncio.wait_for(step(client), 30)
        finally:
            await client.close()

    asyncio.run(body())


for resp in (2, 3):
    options = {} if resp == 2 else {"protocol": resp}
    if resp == 3 and "protocol" not in inspect.signature(redis.asyncio.Redis.__init__).parameters:
        skip(f"everything, RESP{resp}", "the library does not speak it")
        continue
    for title, step in STEPS.items():
        check(f"{title}, RESP{resp}", run_step, step, options)
finish("redis-py-asyncio", redis.__version__)
