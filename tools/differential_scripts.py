#!/usr/bin/env python3
"""Runs the same Lua scripts and functions on two servers and tells where their replies differ.

Usage: tools/differential_scripts.py --a 127.0.0.1:6379 --b 127.0.0.1:6380

Both servers are emptied first. Each script runs on its own line, in the order below, with RESP2 and
then with RESP3. Exit status: 0 without a difference, 1 with one."""

import argparse
import socket
import sys

# Scripts that run as `EVAL script 2 k1 k2 a1 a2`.
SCRIPTS = r"""
return 1
return 3.99
return -3.99
return 'text'
return true
return false
return nil
return {}
return {1, 2, nil, 3}
return {1, 2.7, 'a', true, false, {3, {4}}}
return {ok = 'fine'}
return {ok = 'a\r\nb'}
return {err = 'My error'}
return {err = 'ERR two\nlines'}
return {double = 3.5}
return {map = {a = 1}}
return {set = {a = true}}
return {big_number = '123456789012345678901234567890'}
return {verbatim_string = {format = 'txt', string = 'hello'}}
redis.setresp(3) return true
redis.setresp(3) return {true, false}
redis.setresp(3) return redis.call('hgetall', 'nokey')
redis.setresp(3) redis.call('hset', 'h', 'f', 'v') return redis.call('hgetall', 'h')
redis.setresp(3) redis.call('sadd', 's', 'm') return redis.call('smembers', 's')
redis.setresp(3) return redis.call('get', 'nokey') == nil
redis.setresp(3) redis.call('zadd', 'z', 1.5, 'm') return redis.call('zscore', 'z', 'm').double
redis.setresp(3) return type(redis.call('debug', 'protocol', 'true'))
redis.setresp(4)
redis.setresp()
return redis.setresp(2)
return KEYS
return ARGV
return {#KEYS, #ARGV, KEYS[1], ARGV[2], KEYS[3]}
KEYS[9] = 1 return KEYS[9]
KEYS = 1
return KEYS.x
return redis.call('set', KEYS[1], ARGV[1])
return redis.call('get', KEYS[1])
return redis.call('get', 'nokey')
return redis.call('incr', 'counter')
return redis.call('incrbyfloat', 'float', 3.1)
return redis.call('lpush', 'l', 1, 2, 3)
return redis.call('lrange', 'l', 0, -1)
return redis.call('get', 'l')
return redis.pcall('get', 'l')
return redis.pcall('get', 'l').err
local t = redis.pcall('get', 'l') return t.ignore_error_stats_update
return redis.call('nosuch')
return redis.call('get')
return redis.call()
return redis.call('get', {})
return redis.call('get', true)
return redis.call('get', nil)
return redis.pcall()
return redis.pcall('nosuch')
return redis.pcall('get', {})
return redis.pcall('get', 'a', 'b')
return redis.call('multi')
return redis.call('eval', 'return 1', 0)
return redis.call('blpop', 'l', 0)
return redis.call('config', 'get', 'port')
return redis.call('config', 'nosuch')
return redis.call('config')
return redis.call('watch', 'a')
return redis.call('select', 1)
redis.call('select', 1) redis.call('set', 'in1', '1') return redis.call('dbsize')
return redis.call('exists', 'in1')
return redis.call('select', 99)
return redis.call('echo', 1e17)
return redis.call('echo', 3.1)
return redis.call('echo', 0.1)
return redis.call('echo', 12345678901234567)
return redis.call('echo', -0.0)
return redis.call('echo', 1/0)
return redis.call('ping')
return redis.call('PiNg', 'x')
return redis.call('time')[1] == redis.call('time')[1]
return redis.call('set', 'px', '1', 'px', 100000)
return redis.call('type', 'l')
return redis.call('type', 'l').ok
return tostring(redis.call('set', 'a', 'b').ok)
return redis.call('mget', 'a', 'nokey', 'l')
return redis.call('hmget', 'h', 'f', 'g')
return redis.call('zrange', 'z', 0, -1, 'withscores')
return redis.call('scan', 0, 'count', 1000)[1]
return redis.call('object', 'encoding', 'l')
return redis.call('command', 'count') > 100
return redis.error_reply('My Err')
return redis.error_reply('-My Err')
return redis.error_reply('MyErr')
return redis.error_reply('')
return redis.error_reply()
return redis.error_reply(1)
return redis.error_reply('ERR x\r\n')
return redis.status_reply('fine')
return redis.status_reply('')
return redis.status_reply(1)
return redis.sha1hex('')
return redis.sha1hex('abc')
return redis.sha1hex(12)
return redis.sha1hex()
return redis.log(redis.LOG_WARNING, 'x')
return redis.log(9, 'x')
return redis.log(1)
return redis.log('x', 'y')
return {redis.LOG_DEBUG, redis.LOG_VERBOSE, redis.LOG_NOTICE, redis.LOG_WARNING}
return {redis.REPL_NONE, redis.REPL_AOF, redis.REPL_SLAVE, redis.REPL_REPLICA, redis.REPL_ALL}
return redis.set_repl(redis.REPL_ALL)
return redis.set_repl(9)
return redis.set_repl()
return redis.replicate_commands()
return redis.breakpoint()
return redis.debug('x')
return redis.acl_check_cmd('get', 'x')
return redis.acl_check_cmd('nosuch')
return redis.acl_check_cmd()
return redis.nosuch
return type(redis.REDIS_VERSION) .. type(redis.REDIS_VERSION_NUM)
error('boo')
error('boo', 0)
error({err = 'boo'})
error({err = 'ERR boo'})
error({err = 'MY boo', extra = 1})
error()
local x = nil return x.y
return 1 + {}
return nosuch
return nosuch.field
x = 1
_G.x = 1
redis.x = 1
redis.call = nil
string.x = 1
math.random = nil
rawset(_G, 'x', 1)
rawset(redis, 'x', 1)
rawset(string, 'upper', nil)
return rawget(_G, 'nosuch')
return type(rawget(redis, 'call'))
table.insert(redis, 1)
table.insert(_G, 'x')
setmetatable(_G, {})
setmetatable(redis, {})
return type(getmetatable(_G))
return type(getmetatable(redis))
getmetatable(_G).__index = nil
getmetatable('').__index = nil
getmetatable('').__index.upper = nil
return type(getmetatable(''))
return ('x'):upper()
return _G == _G._G
for k in pairs(redis) do redis[k] = nil end
return next({})
return next({7})
local n = 0 for k, v in pairs({1, 2, a = 3}) do n = n + v end return n
return pairs(1)
return type(os)
return type(io)
return type(print)
return type(require)
return type(dofile)
return type(loadfile)
return type(setfenv)
return type(debug)
return type(newproxy)
return loadstring('return 7')()
return loadstring('return nosuch')()
return {loadstring('x x', 'name')}
return type(loadstring(string.dump(function() return 1 end)))
return load(function() return nil end)()
return {pcall(error, 'x')}
return {pcall(error, {err = 'x'})}
return {pcall(error, {1})}
return {pcall(function() return 1, 2 end)}
local ok, e = pcall(redis.call, 'incr') return type(e) .. e
local ok, e = pcall(function() return redis.call('get') end) return e
local ok, e = xpcall(function() return redis.call('get') end, function(m) return type(m) end) return e
local ok, e = xpcall(function() error('x') end, function(m) return 'h' .. m end) return e
local co = coroutine.create(function(a) local b = coroutine.yield(a + 1) return b * 2 end) local _, x = coroutine.resume(co, 1) local _, y = coroutine.resume(co, 21) return {x, y}
local co = coroutine.create(function() return redis.call('get') end) local ok, e = coroutine.resume(co) return type(e)
local co = coroutine.wrap(function() return redis.call('get', 'a') end) return co()
return tostring(1e15) .. tostring(3.1)
return tonumber('0x10')
return {string.format('%5.2f|%q|%s|%d', 3.14159, 'a\n', 'x', 7)}
return string.rep('ab', 3)
return {string.find('hello', 'l+')}
return ({string.gsub('hello', 'l', 'L')})
return select('#', 1, nil, nil)
return {unpack({1, 2, 3})}
local t = {3, 1, 2} table.sort(t) return t
local t = {3, 1, 2} table.sort(t, function(a, b) return a > b end) return t
local t = {1, 2} table.insert(t, 3) table.insert(t, 1, 0) table.remove(t) return t
return table.concat({1, 2, 3}, ',')
return {math.floor(3.7), math.max(1, 5), math.abs(-3), math.huge == 1/0}
math.randomseed(7) return {math.random(1000), math.random(1000), math.random(5, 9)}
math.randomseed(1) return tostring(math.random())
return math.random(0)
return _VERSION
return {bit.band(6, 3), bit.bor(6, 3), bit.bxor(6, 3), bit.lshift(1, 4), bit.rshift(-1, 28), bit.tohex(255)}
return cjson.encode({1, 2, 3})
return cjson.encode({a = 1})
return cjson.encode({})
return cjson.encode({[1] = 1, [100] = 2})
return cjson.encode({[1] = 1, [3] = 2})
return cjson.encode(cjson.null)
return cjson.encode('a"b\\c\n\1')
return cjson.encode(3.0) .. cjson.encode(3.14159265358979)
return cjson.encode(1/0)
return cjson.encode(function() end)
return cjson.encode()
return cjson.decode('[1, 2, {"a": null}]')[3].a == cjson.null
return cjson.decode('{"a": [1, 2.5, "x", true]}').a
return cjson.decode('[1, 2')
return cjson.decode('')
return cjson.decode('"\\u00e9"')
return cjson.decode('1e3')
local t = {} t[1] = t return cjson.encode(t)
return cjson.encode(cjson.decode('[]')) .. cjson.encode(cjson.decode('{}'))
return cmsgpack.pack({1, 2, {a = 1}})
return cmsgpack.pack({1, -1, 127, 128, 255, 256, 65535, 65536, 4294967295, 4294967296, -32, -33, -128, -129, -32768, -32769, -2147483648, -2147483649})
return cmsgpack.pack(1.5, 3.1, 1e300, 'x', string.rep('y', 40), string.rep('z', 300), true, false, nil)
return cmsgpack.pack({[1] = 1, [3] = 3})
return cmsgpack.pack({})
return cmsgpack.pack()
local t = {} for i = 1, 20 do t = {t} end return cmsgpack.pack(t)
return {cmsgpack.unpack(cmsgpack.pack(1, 'a', true, {2}))}
return {cmsgpack.unpack_one(cmsgpack.pack(1, 2), 0)}
return {cmsgpack.unpack_one(cmsgpack.pack(1, 2), 1)}
return {cmsgpack.unpack_limit(cmsgpack.pack(1, 2, 3), 2, 0)}
return {cmsgpack.unpack_one('', 0)}
return cmsgpack.unpack('\193')
return cmsgpack.unpack('\147')
return cmsgpack.unpack_one('x', 5)
return cmsgpack.unpack_limit('x', -1, 0)
return tostring(cmsgpack.unpack(cmsgpack.pack(-1.5e10)))
return struct.pack('>I2hbd', '1', 2, 3, 4)
return {struct.unpack('>I2h', '\0\1\0\2')}
return struct.pack('<i4>i4', 1, 1)
return struct.pack('!4bi', 1, 2)
return struct.pack('!8bd', 1, 2)
return struct.pack('!3b', 1)
return struct.size('i4bhd') + struct.size('!8bd')
return struct.size('>I4s')
return struct.size('c0')
return struct.pack('x')
return struct.pack('q', 1)
return struct.pack('s', 'a')
return struct.pack('c0', 'abc') .. struct.pack('c2', 'abc')
return struct.pack('c5', 'abc')
return struct.pack('I', 'x')
return struct.pack('I33', 1)
return struct.pack('b', -1) .. struct.pack('B', 255) .. struct.pack('H', 65535)
return struct.pack('i')
return struct.unpack('c0', 'abc')
return {struct.unpack('bc0', '\2abc')}
return {struct.unpack('bBhHiIlL', string.rep('\255', 30))}
return {struct.unpack('s', 'abc\0d')}
return struct.unpack('s', 'abc')
return struct.unpack('I4', 'abc')
return struct.unpack('I4', 'abcd', 9)
return {struct.unpack('>i3', '\255\255\254')}
return tostring(struct.unpack('f', struct.pack('f', 1.5)))
return tostring(struct.unpack('>d', struct.pack('>d', 3.1)))
#!lua\nreturn 1
#!lua flags=no-writes\nreturn redis.call('set', 'a', 'b')
#!lua flags=no-writes,allow-oom,allow-stale,no-cluster\nreturn redis.call('get', 'a')
#!lua flags=foo\nreturn 1
#!lua name=x\nreturn 1
#!foo\nreturn 1
#!lua
#!lua \n\nreturn nosuch
syntax error
return 'unfinished
return return
local a = 1 local function f() return f2 end return f()
local function f(n) if n == 0 then return 0 end return 1 + f(n - 1) end return f(1000)
local function f(n) return f(n) + 1 end return f(1)
for i = 1, 10 do redis.call('rpush', 'many', i) end return redis.call('llen', 'many')
local t = {} for i = 1, 300 do t[i] = i end return redis.call('rpush', 'unpacked', unpack(t))
return unpack({}, 1, 10000000)
return string.rep('x', -1)
return {1, {2, {3, {4, {5}}}}}
local t = {1} t.err = 2 return t
return setmetatable({}, {__index = function(t, k) if k < 3 then return k end end})
return #redis.call('info')
"""

LIBRARY = b"""#!lua name=lib
local function both(keys, args) return {keys[1], args[1], #keys, #args} end
redis.register_function('both', both)
redis.register_function{function_name='reads', callback=function(keys) return redis.call('get', keys[1]) end,
    flags={'no-writes'}, description='reads a key'}
redis.register_function('writes', function(keys, args) return redis.call('set', keys[1], args[1]) end)
redis.register_function('fails', function() error('x') end)
redis.register_function('unknown', function() return redis.call('nosuch') end)
redis.register_function('late', function() redis.register_function('x', both) end)
redis.register_function('sets', function() y = 1 end)
redis.register_function('badflag', function() return redis.call('set', 'k', 'v') end)
"""

# Requests, each a list of arguments; the replies are compared as they come.
REQUESTS = [
    ["EVAL", "return 1", "abc"],
    ["EVAL", "return 1", "-1"],
    ["EVAL", "return 1", "1"],
    ["EVALSHA", "ffff", "0"],
    ["EVALSHA", "f" * 40, "0"],
    ["EVALSHA", "f" * 40, "x"],
    ["EVAL_RO", "return redis.call('set','a','b')", "0"],
    ["EVAL_RO", "return redis.call('get','a')", "0"],
    ["EVAL_RO", "#!lua\nreturn 1", "0"],
    ["SCRIPT", "LOAD", "return 5"],
    ["SCRIPT", "LOAD", "x x"],
    ["EVALSHA", "4ca238f611c9d0ae4e9a75a5dbac22aedc1e1a05", "0"],
    ["SCRIPT", "EXISTS", "4ca238f611c9d0ae4e9a75a5dbac22aedc1e1a05", "a"],
    ["SCRIPT", "FLUSH", "foo"],
    ["SCRIPT", "FLUSH", "SYNC", "x"],
    ["SCRIPT", "FLUSH", "SYNC"],
    ["SCRIPT", "EXISTS", "4ca238f611c9d0ae4e9a75a5dbac22aedc1e1a05"],
    ["SCRIPT", "KILL"],
    ["SCRIPT", "DEBUG", "foo"],
    ["SCRIPT", "NOSUCH"],
    ["FUNCTION", "KILL"],
    ["FUNCTION", "LOAD", "xx"],
    ["FUNCTION", "LOAD", "#!lua\nx"],
    ["FUNCTION", "LOAD", "#!lua name=l2\n"],
    ["FUNCTION", "LOAD", "#!lua name=l-2\nx"],
    ["FUNCTION", "LOAD", "#!lua name=l2\nx x"],
    ["FUNCTION", "LOAD", "#!lua name=l2\nx=1"],
    ["FUNCTION", "LOAD", "#!lua name=l2\nreturn y"],
    ["FUNCTION", "LOAD", "#!lua name=l2\nredis.call('get','x')"],
    ["FUNCTION", "LOAD", "#!lua name=l2\nredis.register_function('a-2', function() end)"],
    ["FUNCTION", "LOAD", "#!lua name=l2\nredis.register_function('a2')"],
    ["FUNCTION", "LOAD", "#!lua name=l2\nredis.register_function('a2', 'x')"],
    ["FUNCTION", "LOAD", "#!lua name=l2\nredis.register_function()"],
    ["FUNCTION", "LOAD", "#!lua name=l2\nredis.register_function({function_name='a2'})"],
    ["FUNCTION", "LOAD", "#!lua name=l2\nredis.register_function({callback=function() end})"],
    ["FUNCTION", "LOAD", "#!lua name=l2\nredis.register_function({function_name='a',callback=function() end,foo=1})"],
    ["FUNCTION", "LOAD", "#!lua name=l2\nredis.register_function({function_name='a',callback=function() end,flags={'x'}})"],
    ["FUNCTION", "LOAD", "#!lua name=l2\nredis.register_function({function_name='a',callback=function() end,flags='x'})"],
    ["FUNCTION", "LOAD", "#!lua foo\nx"],
    ["FUNCTION", "LOAD", "#!foo name=x\nx"],
    ["FUNCTION", "LOAD", "#!lua name=x name=y\nx"],
    ["FUNCTION", "LOAD", LIBRARY],
    ["FUNCTION", "LOAD", LIBRARY],
    ["FUNCTION", "LOAD", "REPLACE", LIBRARY],
    ["FUNCTION", "LOAD", "foo", LIBRARY],
    ["FUNCTION", "LOAD", "#!lua name=other\nredis.register_function('both', function() end)"],
    ["FUNCTION", "STATS"],
    ["FUNCTION", "LIST", "foo"],
    ["FUNCTION", "LIST", "LIBRARYNAME"],
    ["FUNCTION", "LIST", "LIBRARYNAME", "x*"],
    ["FUNCTION", "DELETE", "nosuch"],
    ["FUNCTION", "FLUSH", "foo"],
    ["FUNCTION", "RESTORE", "xx"],
    ["FUNCTION", "RESTORE", "xx", "FOO"],
    ["FCALL", "nosuch", "0"],
    ["FCALL", "both", "1", "k", "v"],
    ["FCALL", "BOTH", "1", "k", "v"],
    ["FCALL", "both", "x"],
    ["FCALL", "both", "-1"],
    ["FCALL", "both", "4"],
    ["FCALL", "writes", "1", "fk", "v"],
    ["FCALL", "reads", "1", "fk"],
    ["FCALL_RO", "reads", "1", "fk"],
    ["FCALL_RO", "writes", "1", "fk", "v"],
    ["FCALL", "fails", "0"],
    ["FCALL", "unknown", "0"],
    ["FCALL", "late", "0"],
    ["FCALL", "sets", "0"],
    ["FUNCTION", "DUMP"],
    ["FUNCTION", "DELETE", "lib"],
    ["FCALL", "both", "0"],
    ["CONFIG", "SET", "maxmemory", "1"],
    ["EVAL", "return redis.call('set','a','b')", "0"],
    ["EVAL", "return redis.call('get','a')", "0"],
    ["EVAL", "#!lua\nreturn 1", "0"],
    ["EVAL", "#!lua flags=allow-oom\nreturn redis.call('set','a','b')", "0"],
    ["EVAL", "#!lua flags=no-writes\nreturn redis.call('get','a')", "0"],
    ["EVAL", "return redis.pcall('set','a','b')", "0"],
    ["EVAL", "redis.call('del','a') return redis.call('set','a','b')", "0"],
    ["CONFIG", "SET", "maxmemory", "0"],
    ["MULTI"],
    ["EVAL", "return redis.call('incr','counter')", "0"],
    ["EVAL", "return redis.call('nosuch')", "0"],
    ["EXEC"],
]

# Where a difference is meant, by the beginning of the script or request; see README's differences.
MEANT = (
    "return type(os)",  # os.clock is there, as in Redis 7.4
    "return #redis.call('info')",
    "error()",  # redis-server 7.0.15 of Debian says 'nil' its own way
    "return redis.call('blpop', 'l', 0)",  # allowed, and does not wait
    "return redis.call('object', 'encoding', 'l')",  # as in Redis 7.2
)


class Connection:
    def __init__(self, address):
        host, port = address.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), timeout=30)
        self.file = self.socket.makefile("rb")

    def run(self, arguments):
        arguments = [a if isinstance(a, bytes) else a.encode() for a in arguments]
        wire = b"*%d\r\n" % len(arguments)
        wire += b"".join(b"$%d\r\n%s\r\n" % (len(a), a) for a in arguments)
        self.socket.sendall(wire)
        return self.read()

    def read(self):
        line = self.file.readline()
        if not line.endswith(b"\r\n"):
            raise ConnectionError("the server closed the connection")
        kind, rest = line[:1], line[1:-2]
        if kind in b"$=" and rest != b"-1":
            return line + self.file.read(int(rest) + 2)
        if kind in b"*~>" and rest != b"-1":
            return line + b"".join(self.read() for _ in range(int(rest)))
        if kind == b"%":
            # Tables have no order.
            return line + b"".join(sorted(self.read() + self.read() for _ in range(int(rest))))
        return line


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--a", required=True)
    parser.add_argument("--b", required=True)
    arguments = parser.parse_args()
    servers = [Connection(arguments.a), Connection(arguments.b)]
    scripts = [line.replace("\\n", "\n") if line.startswith("#!") else line for line in SCRIPTS.strip().split("\n")]
    requests = [["EVAL", script, "2", "k1", "k2", "a1", "a2"] for script in scripts] + REQUESTS
    differences = compared = 0
    for resp in ("2", "3"):
        for server in servers:
            for request in (["HELLO", resp], ["FLUSHALL"], ["FUNCTION", "FLUSH"], ["SCRIPT", "FLUSH"]):
                server.run(request)
        for request in requests:
            a, b = (server.run(request) for server in servers)
            compared += 1
            if a == b or str(request[1] if len(request) > 1 else "").startswith(MEANT):
                continue
            differences += 1
            print(f"RESP{resp} {request}\n  a: {a}\n  b: {b}")
    print(f"{compared} replies compared, {differences} different")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
