"""What tools/differential.py sends: command templates by family, and what makes their arguments.

A new family is an entry of FAMILIES. A template is written like the syntax in Redis's
documentation: words stand for themselves, {name} for what GENERATORS makes, [a | b] for one of the
alternatives or nothing, (a | b) for one of them, and <a> for one to three of a."""

from dataclasses import dataclass

DATABASES = 3
FAR_FUTURE = 4102444800  # 2100-01-01


@dataclass
class Template:
    text: str
    compare: str = "exact"  # a name of COMPARERS, or "encoding"
    weight: int = 10
    fixed: bool = False  # sent as it is made: a mutation would let it choose at random
    needs: str = ""  # a command that both servers have to know besides the template's own


FAMILIES = {
    "strings": [
        Template("SET {key} {value}", weight=40),
        Template("SET {key} {value} [NX | XX] [GET] [EX {ttl} | PX {ttl_ms} | EXAT {future} | KEEPTTL]"),
        Template("SET {key} {value} (EX | PX | EXAT | PXAT) {bad_deadline}"),
        Template("GET {key}", weight=30),
        Template("GETDEL {key}"),
        Template("GETEX {key} [EX {ttl} | PX {ttl_ms} | PXAT {future_ms} | PERSIST]"),
        Template("GETSET {key} {value}"),
        Template("MGET <{key}>"),
        Template("MSET <{key} {value}>"),
        Template("MSETNX <{key} {value}>"),
        Template("SETNX {key} {value}"),
        Template("SETEX {key} {ttl} {value}"),
        Template("PSETEX {key} {ttl_ms} {value}"),
        Template("APPEND {key} {value}"),
        Template("STRLEN {key}"),
        Template("GETRANGE {key} {index} {index}"),
        Template("SUBSTR {key} {index} {index}"),
        Template("SETRANGE {key} {offset} {value}"),
        Template("LCS {key} {key} [LEN | IDX] [MINMATCHLEN {index}] [WITHMATCHLEN]"),
    ],
    "counters": [
        Template("SET {key} {integer}", weight=20),
        Template("SET {key} {float}"),
        Template("INCR {key}"),
        Template("DECR {key}"),
        Template("INCRBY {key} {integer}"),
        Template("DECRBY {key} {integer}"),
        Template("INCRBYFLOAT {key} {float}"),
        Template("INCREX {key} [BYINT {integer} | BYFLOAT {float}] [LBOUND {integer}] [UBOUND {integer}]"
                 " [SATURATE] [EX {ttl} | PERSIST] [ENX]"),
    ],
    "conditionals": [
        Template("SET {key} {value} (IFEQ | IFNE) {value} [GET]", needs="delex"),
        Template("DELEX {key} [(IFEQ | IFNE) {value}]"),
        Template("DELIFEQ {key} {value}"),
        Template("DIGEST {key}"),
        Template("MSETEX 2 {key} {value} {key} {value} [NX | XX] [EX {ttl} | KEEPTTL]"),
        Template("MSETEX {index} <{key} {value}>"),
    ],
    "keys": [
        Template("DEL <{key}>"),
        Template("UNLINK <{key}>"),
        Template("EXISTS <{key}>"),
        Template("TOUCH <{key}>"),
        Template("TYPE {key}"),
        Template("KEYS {pattern}", compare="unordered"),
        Template("SCAN 0 COUNT 100000 [MATCH {pattern}] [TYPE (string | hash)]", compare="scan"),
        Template("RANDOMKEY", compare="presence"),
        Template("DBSIZE"),
        Template("RENAME {key} {key}"),
        Template("RENAMENX {key} {key}"),
        Template("COPY {key} {key} [DB {database}] [REPLACE]"),
        Template("MOVE {key} {database}"),
        Template("OBJECT REFCOUNT {key}", compare="presence"),
        Template("OBJECT (FREQ | IDLETIME | ENCODING) {key}", compare="presence"),
        Template("SELECT {database}", weight=3),
        Template("SWAPDB {database} {database}", weight=2),
        Template("FLUSHDB [ASYNC | SYNC | NOW]", weight=1),
        Template("FLUSHALL [ASYNC | SYNC]", weight=1),
    ],
    "lists": [
        Template("(LPUSH | RPUSH) {list} <{value}>", weight=40),
        Template("(LPUSHX | RPUSHX) {list} <{value}>"),
        Template("(LPOP | RPOP) {list} [{index}]", weight=20),
        Template("LLEN {list}"),
        Template("LINDEX {list} {index}"),
        Template("LRANGE {list} {index} {index}", weight=20),
        Template("LSET {list} {index} {value}"),
        Template("LINSERT {list} (BEFORE | AFTER | before | x) {value} {value}"),
        Template("LTRIM {list} {index} {index}", weight=3),
        Template("LREM {list} {index} {value}"),
        Template("LPOS {list} {value} [RANK {index}] [COUNT {index}] [MAXLEN {index}]"),
        Template("LMOVE {list} {list} (LEFT | RIGHT | x) (LEFT | RIGHT)"),
        Template("RPOPLPUSH {list} {list}"),
        Template("LMPOP (1 | 2 | {index}) {list} [{list}] (LEFT | RIGHT | x) [COUNT {index}]"),
        Template("(BLPOP | BRPOP) {list} [{list}] {timeout}", weight=2, fixed=True),
        Template("BLMOVE {list} {list} (LEFT | RIGHT) (LEFT | RIGHT) {timeout}", weight=2, fixed=True),
        Template("BRPOPLPUSH {list} {list} {timeout}", weight=2, fixed=True),
        Template("BLMPOP {timeout} (1 | 2 | {index}) {list} [{list}] (LEFT | RIGHT) [COUNT {index}]", weight=2, fixed=True),
        Template("CONFIG SET list-max-listpack-size (-2 | 2 | 5 | 128)", weight=1),
        Template("DEL {list}"),
    ],
    "sets": [
        Template("SADD {set} <{member}>", weight=40),
        Template("SREM {set} <{member}>", weight=20),
        Template("SISMEMBER {set} {member}"),
        Template("SMISMEMBER {set} <{member}>"),
        Template("SCARD {set}"),
        Template("SMEMBERS {set}", compare="unordered"),
        Template("SPOP {set} 1000", compare="unordered", weight=2, fixed=True),
        Template("SPOP {set} {bad_count}", fixed=True),
        Template("SRANDMEMBER {set} 1000", compare="unordered"),
        Template("SRANDMEMBER {set} [{index}]", compare="presence"),
        Template("SMOVE {set} {set} {member}"),
        Template("(SINTER | SUNION | SDIFF) <{set}>", compare="unordered", weight=20),
        Template("(SINTERSTORE | SUNIONSTORE | SDIFFSTORE) {set} <{set}>"),
        Template("SINTERCARD (1 | 2 | {index}) <{set}> [LIMIT {index}]"),
        Template("SSCAN {set} 0 COUNT 1000 [MATCH {pattern}]", compare="scan"),
        Template("DEL {set}"),
    ],
    "hashes": [
        Template("(HSET | HMSET) {hash} <{member} {value}>", weight=40),
        Template("HSETNX {hash} {member} {value}"),
        Template("HGET {hash} {member}", weight=20),
        Template("HMGET {hash} <{member}>"),
        Template("HGETALL {hash}", compare="pairs"),
        Template("(HKEYS | HVALS) {hash}", compare="unordered"),
        Template("HLEN {hash}"),
        Template("HEXISTS {hash} {member}"),
        Template("HDEL {hash} <{member}>", weight=20),
        Template("HSTRLEN {hash} {member}"),
        Template("HINCRBY {hash} {member} {integer}"),
        Template("HINCRBYFLOAT {hash} {member} {float}"),
        Template("HRANDFIELD {hash} 1000", compare="unordered"),
        Template("HRANDFIELD {hash} 1000 WITHVALUES", compare="pairs", fixed=True),
        Template("HRANDFIELD {hash} [{index}] [WITHVALUES]", compare="presence"),
        Template("HSCAN {hash} 0 COUNT 1000 [MATCH {pattern}]", compare="scan_pairs"),
        Template("DEL {hash}"),
    ],
    "sorted_sets": [
        Template("ZADD {zset} [NX | XX | GT | LT] [CH] <{score} {member}>", weight=60),
        Template("ZADD {zset} [NX | XX] [GT | LT] [CH] [INCR] <{score} {member}>"),
        Template("ZADD {lexset} <0 {member}>", weight=40),
        Template("ZINCRBY {zset} {score} {member}"),
        Template("ZREM {zset} <{member}>", weight=20),
        Template("ZCARD {zset}"),
        Template("ZCOUNT {zset} {bound} {bound}"),
        Template("ZLEXCOUNT {lexset} {lex} {lex}"),
        Template("ZSCORE {zset} {member}"),
        Template("ZMSCORE {zset} <{member}>"),
        Template("(ZRANK | ZREVRANK) {zset} {member}", fixed=True),
        Template("ZRANGE {zset} {index} {index} [REV] [WITHSCORES]", weight=20),
        Template("ZRANGE {zset} {bound} {bound} BYSCORE [REV] [LIMIT {index} {index}] [WITHSCORES]"),
        Template("ZRANGE {lexset} {lex} {lex} BYLEX [REV] [LIMIT {index} {index}] [WITHSCORES]"),
        Template("ZRANGESTORE {zset} {zset} {index} {index} [REV]"),
        Template("ZRANGESTORE {zset} {zset} {bound} {bound} BYSCORE [REV] [LIMIT {index} {index}]"),
        Template("ZRANGESTORE {lexset} {lexset} {lex} {lex} BYLEX [LIMIT {index} {index}]"),
        Template("ZREVRANGE {zset} {index} {index} [WITHSCORES]"),
        Template("(ZRANGEBYSCORE | ZREVRANGEBYSCORE) {zset} {bound} {bound} [WITHSCORES] [LIMIT {index} {index}]"),
        Template("(ZRANGEBYLEX | ZREVRANGEBYLEX) {lexset} {lex} {lex} [LIMIT {index} {index}]"),
        Template("ZREMRANGEBYRANK {zset} {index} {index}", weight=3),
        Template("ZREMRANGEBYSCORE {zset} {bound} {bound}", weight=3),
        Template("ZREMRANGEBYLEX {lexset} {lex} {lex}", weight=3),
        Template("(ZPOPMIN | ZPOPMAX) {zset} [{index}]"),
        Template("ZMPOP (1 | 2 | {index}) {zset} [{zset}] (MIN | MAX | x) [COUNT {index}]"),
        Template("(BZPOPMIN | BZPOPMAX) {zset} [{zset}] {timeout}", weight=2, fixed=True),
        Template("BZMPOP {timeout} (1 | 2 | {index}) {zset} [{zset}] (MIN | MAX) [COUNT {index}]", weight=2, fixed=True),
        Template("ZRANDMEMBER {zset} 1000", compare="unordered"),
        Template("ZRANDMEMBER {zset} 1000 WITHSCORES", compare="pairs", fixed=True),
        Template("ZRANDMEMBER {zset} [{index}] [WITHSCORES]", compare="presence"),
        Template("ZSCAN {zset} 0 COUNT 1000 [MATCH {pattern}]", compare="scan_pairs"),
        Template("(ZUNION | ZINTER) 2 {zset} {zset_or_set} [WEIGHTS {score} {score}]"
                 " [AGGREGATE (SUM | MIN | MAX)] [WITHSCORES]"),
        Template("ZDIFF (1 | 2 | {index}) {zset} [{zset_or_set}] [WITHSCORES]"),
        Template("(ZUNIONSTORE | ZINTERSTORE) {zset} 2 {zset} {zset_or_set} [WEIGHTS {score} {score}]"
                 " [AGGREGATE (SUM | MIN | MAX)]"),
        Template("ZDIFFSTORE {zset} (1 | 2 | {index}) {zset} [{zset_or_set}]"),
        Template("ZINTERCARD (1 | 2 | {index}) {zset} [{zset_or_set}] [LIMIT {index}]"),
        Template("DEL {zset}"),
    ],
    "sort": [
        Template("(SORT | SORT_RO) {list} [LIMIT {index} {index}] [ASC | DESC] [ALPHA]", compare="sort", weight=5),
        Template("SORT {zset_or_set} [LIMIT {index} {index}] [DESC] ALPHA", weight=5),
        # Without an order a set's elements come as they lie.
        Template("SORT {zset_or_set} BY nosort [GET #]", compare="unordered", weight=5),
        Template("SORT {zset} BY nosort [LIMIT {index} {index}] [DESC] [GET #]", compare="presence", weight=5),
        Template("SORT {list} BY (k* | h*->{member} | nosort) [ALPHA] [GET #] [GET k*] [GET h*->{member}]",
                 compare="presence", weight=5),
        Template("SORT {list} ALPHA [DESC] STORE {list}", weight=5),
    ],
    "bitmaps": [
        Template("SETBIT {bits} {bit_offset} {bit}", weight=40),
        Template("GETBIT {bits} {bit_offset}", weight=20),
        Template("SET {bits} {value}"),
        Template("SETRANGE {bits} {index} {value}", weight=4),
        Template("GET {bits}"),
        Template("DEL {bits}", weight=4),
        Template("(EXPIRE | PERSIST) {bits} [{ttl}]", weight=2, fixed=True),
        Template("BITCOUNT {bits} [{bit_index} {bit_index} [BYTE | BIT | {value}]]", compare="bits", weight=20),
        Template("BITPOS {bits} {bit} [{bit_index} [{bit_index} [BYTE | BIT | {value}]]]", compare="bits", weight=30),
        Template("BITOP (AND | OR | XOR | NOT) {bits} <{bits}>", weight=20),
        Template("BITOP (NOT | {value}) {bits} {bits}", weight=6),
        Template("BITFIELD {bits} <(GET {field} {field_at} | SET {field} {field_at} {field_value} |"
                 " INCRBY {field} {field_at} {field_value} | OVERFLOW (WRAP | SAT | FAIL | {value}))>", weight=60),
        Template("BITFIELD_RO {bits} <GET {field} {field_at}>", weight=10),
        Template("BITFIELD_RO {bits} [SET {field} {field_at} {field_value}]", weight=3),
        Template("OBJECT ENCODING {bits}", compare="encoding", weight=4),
    ],
    "hyperloglogs": [
        Template("PFADD {hll} <{element}>", weight=60),
        Template("PFADD {hll}", weight=3),
        Template("PFCOUNT {hll}", weight=20),
        Template("PFCOUNT <{hll}>", weight=10),
        Template("PFMERGE {hll} [{hll}] [{hll}]", weight=6),
        Template("GET {hll}", weight=20),
        Template("DEL {hll}", weight=1),
        Template("(EXPIRE | PERSIST) {hll} [{ttl}]", weight=2, fixed=True),
        Template("PFDEBUG (ENCODING | DECODE | nosuch) {hll}", weight=10, fixed=True),
        Template("PFDEBUG (TODENSE | GETREG) {hll}", weight=1, fixed=True),
        Template("OBJECT ENCODING {hll}", compare="encoding", weight=4),
        # Values that anybody made. Of several elements redis-server adds those before the one where it
        # finds the value corrupt; Kvasir adds none: these templates add one.
        Template("SET {odd_hll} {hll_value}", weight=20, fixed=True),
        Template("SETRANGE {odd_hll} {hll_offset} {hll_bytes}", weight=10, fixed=True),
        Template("PFADD {odd_hll} {element}", weight=30, fixed=True),
        Template("PFCOUNT [{hll}] {odd_hll}", weight=15, fixed=True),
        Template("PFMERGE {odd_hll} [{hll}]", weight=5, fixed=True),
        Template("PFMERGE {hll} {odd_hll}", weight=1, fixed=True),
        Template("PFDEBUG (ENCODING | DECODE | GETREG | TODENSE) {odd_hll}", weight=6, fixed=True),
        Template("GET {odd_hll}", weight=10),
    ],
    "places": [
        Template("GEOADD {geo} [NX | XX] [CH] <{longitude} {latitude} {place}>", weight=60),
        Template("ZADD {geo} {place_score} {place}", weight=3, fixed=True),
        Template("ZREM {geo} {place}", weight=4),
        Template("DEL {geo}", weight=1),
        Template("GEOPOS {geo} <{place}>", weight=10),
        Template("GEOHASH {geo} <{place}>", weight=10),
        Template("GEODIST {geo} {place} {place} [{unit}]", weight=20),
        Template("GEOSEARCH {geo} (FROMMEMBER {place} | FROMLONLAT {longitude} {latitude})"
                 " (BYRADIUS {radius} {unit} | BYBOX {radius} {radius} {unit}) [ASC | DESC] [COUNT {limit} [ANY]]"
                 " [WITHCOORD] [WITHDIST] [WITHHASH]", weight=60),
        Template("GEOSEARCH {geo} <(FROMMEMBER {place} | FROMLONLAT {longitude} {latitude} | ASC | COUNT {limit} |"
                 " BYRADIUS {radius} {unit} | BYBOX {radius} {radius} {unit})>", weight=10),
        Template("GEOSEARCHSTORE {distances} {geo} (FROMMEMBER {place} | FROMLONLAT {longitude} {latitude})"
                 " (BYRADIUS {radius} {unit} | BYBOX {radius} {radius} {unit}) [ASC | DESC] [COUNT {limit} [ANY]]"
                 " [STOREDIST] [WITHDIST]", weight=6),
        Template("(GEORADIUS | GEORADIUS_RO) {geo} {longitude} {latitude} {radius} {unit} [WITHCOORD] [WITHDIST]"
                 " [WITHHASH] [COUNT {limit} [ANY]] [ASC | DESC]", weight=20),
        Template("(GEORADIUSBYMEMBER | GEORADIUSBYMEMBER_RO) {geo} {place} {radius} {unit} [WITHCOORD] [WITHDIST]"
                 " [WITHHASH] [COUNT {limit} [ANY]] [ASC | DESC]", weight=20),
        Template("GEORADIUS {geo} {longitude} {latitude} {radius} {unit} [COUNT {limit} [ANY]] (STORE | STOREDIST)"
                 " {distances} [WITHHASH]", weight=4),
        Template("GEORADIUSBYMEMBER {geo} {place} {radius} {unit} [DESC] (STORE | STOREDIST) {distances}", weight=4),
    ],
    "expiry": [
        Template("EXPIRE {key} {ttl} [NX | XX | GT | LT]"),
        Template("PEXPIRE {key} {ttl_ms} [NX | XX] [GT | LT]"),
        Template("EXPIREAT {key} {future} [NX | XX | GT | LT]"),
        Template("PEXPIREAT {key} {future_ms} [NX | XX | GT | LT]"),
        Template("(EXPIRE | PEXPIRE | EXPIREAT | PEXPIREAT) {key} {bad_deadline}"),
        Template("TTL {key}", compare="near"),
        Template("PTTL {key}", compare="near"),
        Template("EXPIRETIME {key}", compare="near"),
        Template("PEXPIRETIME {key}", compare="near"),
        Template("PERSIST {key}"),
    ],
    # Ids are given, never made from the time; times are far apart, or near 1970.
    "streams": [
        Template("XADD {stream} {new_id} <{field} {value}>", weight=60),
        Template("XADD {stream} [NOMKSTREAM] (MAXLEN | MINID) (~ | = | =) {threshold} [LIMIT {index}] {new_id}"
                 " {field} {value}"),
        Template("XADD {stream} MAXLEN (~ | =) {index} {new_id} a {value} b {value}", weight=20),
        Template("XADD {stream} MINID (~ | =) {id} {new_id} a {value} b {value}", weight=20),
        Template("XADD {stream} {id} {field} {value}"),
        Template("XTRIM {stream} (MAXLEN | MINID) [~ | =] {threshold} [LIMIT {index}]"),
        Template("XLEN {stream}"),
        Template("XRANGE {stream} {edge} {edge} [COUNT {index}]", weight=15),
        Template("XRANGE {stream} - + [COUNT {index}]", weight=15),
        Template("XREVRANGE {stream} {edge} {edge} [COUNT {index}]", weight=15),
        Template("XREAD [COUNT {index}] [BLOCK (1 | 2 | -1 | x)] STREAMS {stream} {id}", compare="read"),
        Template("XREAD [COUNT {index}] STREAMS {stream} {stream} {id} ($ | {id})", compare="read"),
        Template("XGROUP CREATE {stream} {group} ($ | {id}) [MKSTREAM] [ENTRIESREAD {index}]", weight=15),
        Template("XGROUP SETID {stream} {group} ($ | - | {id}) [ENTRIESREAD {index}]", weight=3),
        Template("XGROUP (DESTROY | CREATE | FOO) {stream} {group}", weight=1),
        Template("XGROUP CREATECONSUMER {stream} {group} {consumer}", compare="consumer", weight=3),
        Template("XGROUP DELCONSUMER {stream} {group} {consumer}", weight=3),
        Template("XREADGROUP GROUP {group} {consumer} [COUNT {index}] [NOACK] STREAMS {stream} >", compare="read", weight=25),
        Template("XREADGROUP GROUP {group} {consumer} [COUNT {index}] STREAMS {stream} {id}", compare="read"),
        Template("XREADGROUP GROUP {group} {consumer} COUNT 2 STREAMS {stream} {stream} (> | 0) (> | $ | {id})", compare="read"),
        Template("XACK {stream} {group} <{id}>", weight=15),
        Template("XPENDING {stream} {group}"),
        Template("XPENDING {stream} {group} [IDLE {idle}] {edge} {edge} {index} [{consumer}]", compare="pending"),
        Template("XPENDING {stream} {group} - + 100 [{consumer}]", compare="pending"),
        Template("XCLAIM {stream} {group} {consumer} {idle} <{id}> [IDLE {idle} | TIME {time}] [RETRYCOUNT {index}]"
                 " [FORCE] [JUSTID] [LASTID {id}]", weight=20),
        Template("XAUTOCLAIM {stream} {group} {consumer} {idle} {edge} [COUNT {index}] [JUSTID]"),
        Template("XDEL {stream} <{id}>", weight=15),
        Template("XSETID {stream} {id} [ENTRIESADDED {index}] [MAXDELETEDID {id}]", weight=3),
        Template("XINFO STREAM {stream}", compare="stream_facts"),
        Template("XINFO STREAM {stream} FULL [COUNT {index}]", compare="stream_facts", weight=15),
        Template("XINFO GROUPS {stream}", compare="stream_facts"),
        Template("XINFO CONSUMERS {stream} {group}", compare="stream_facts"),
        Template("COPY {stream} {stream} [REPLACE]", weight=2),
        Template("DEL {stream}", weight=1),
        Template("TYPE {stream}", weight=2),
        Template("OBJECT ENCODING {stream}", compare="encoding", weight=2),
        Template("DEBUG DIGEST-VALUE {stream}"),
        Template("CONFIG SET stream-node-max-entries (0 | 2 | 5 | 100)", weight=1),
        Template("CONFIG SET stream-node-max-bytes (0 | 80 | 300 | 4096)", weight=1),
    ],
    "transactions": [
        Template("MULTI", weight=15),
        Template("EXEC", weight=20),
        Template("DISCARD", weight=3),
        Template("WATCH <{key}>"),
        Template("UNWATCH", weight=3),
        Template("NOSUCHCOMMAND {value}", weight=1),
    ],
}

KEYS = [b"k%d" % i for i in range(8)] + [b"", b"bin\x00\xff\r\n", b"a-longer-key-" * 8]
INTEGERS = [0, 1, -1, 7, -7, 100, 2**63 - 1, -(2**63), 2**63 - 2, 2**31, 2**63, -(2**63) - 1]
ODD_NUMBERS = ["", "abc", "01", "+1", " 1", "1 ", "-0", "1.5", "1e3", "0x10", "99999999999999999999999"]
FLOATS = ["0", "1.5", "-1.5", "0.1", "-0.1", "3.0", "1e5", "1e-5", "1e300", "-1e300", "5e-324", "inf", "-inf",
          "+inf", "nan", "infinity", "0x1p3", "1e5000", "123456789.123456789"]
LISTS, SETS, HASHES, ZSETS = ([b"%c%d" % (kind, i) for i in range(4)] for kind in b"lshz")
MEMBERS = [b"m%d" % i for i in range(12)] + [b"%d" % i for i in (0, 1, 2, 3, -5, 300, 70000, 2**40, 2**63 - 1)]
MEMBERS += [b"", b"a", b"ab", b"b\x00", b"007", b"1.5", b"long-member-" * 6]
SCORES = ["0", "1", "2", "3", "-1", "1.5", "-0", "0.1", "100", "1e300", "-1e300", "inf", "-inf", "+inf", "17179869184"]
BOUNDS = SCORES + ["(1", "(2", "(inf", "(-inf", "-inf", "+inf", "inf"]
LEX = ["-", "+", "[m", "(m3", "[m5", "[a", "(b", "[", "("]
BAD_LEX = ["", "m", "++", "a"]
TIMEOUTS = ["0.001", "0.002", "-1", "x", "nan"]

STREAMS = [b"x%d" % i for i in range(4)]
IDLES = ["0", "0", "0", "3600000", "-1"]

PATTERNS = ["*", "k*", "k[0-3]", "k?", "[^k]*", "k\\1", "", "k[", "*a*-*", "bin*"]


def make_value(rng):
    kind = rng.randrange(8)
    if kind == 0:
        return b""
    if kind == 1:
        return str(rng.choice(INTEGERS)).encode()
    if kind == 2:
        return rng.choice(ODD_NUMBERS + FLOATS).encode()
    if kind == 3:
        return rng.randbytes(rng.randrange(1, 30))
    if kind == 4:
        return b"abcdefg"[: rng.randrange(8)] * rng.choice([1, 10, 200, 1000])
    return b"v%d" % rng.randrange(5)


def of_type(usual):
    """Keys that mostly hold one type; now and then any key."""
    return lambda rng: rng.choice(usual) if rng.random() < 0.92 else rng.choice(KEYS + LISTS + SETS + HASHES + ZSETS + STREAMS)


class StreamIds:
    """Ids that grow over the run, and ids near the last one."""

    def __init__(self):
        self.last = 10

    def new(self, rng):
        if rng.random() < 0.02:
            return rng.choice(["0-0", "*-1", "1-1-1", "18446744073709551616", "-5", "", "0-*", "x", "1-x"])
        self.last += rng.randrange(1, 4)
        if rng.random() < 0.2:
            return f"{self.last // 8}-*"
        return f"{self.last // 8}-{self.last % 8}"

    def near(self, rng):
        if rng.random() < 0.04:
            return rng.choice(["0", "0-0", "18446744073709551615-18446744073709551615", "x", "-", "007", "1-", ""])
        near = max(0, self.last - rng.randrange(60))
        return f"{near // 8}-{near % 8}" if rng.random() < 0.8 else str(near // 8)

    def edge(self, rng):
        chance = rng.random()
        if chance < 0.2:
            return rng.choice(["-", "+", "(-", "("])
        return ("(" if chance < 0.5 else "") + self.near(rng)


STREAM_IDS = StreamIds()


def make_number(rng, usual):
    """Now and then something that is no number, or hardly one."""
    if rng.random() < 0.05:
        return rng.choice(ODD_NUMBERS + [str(number) for number in INTEGERS if number != -(2**63)])
    return str(usual)


BITS, HLLS, GEOS = ([b"%c%d" % (kind, i) for i in range(4)] for kind in b"bpg")
BIT_OFFSETS = [8191, 8192, 8193, 70000, 4294967295, 4294967296, -1, 2**63 - 1]
HLL_HEADS = [b"", b"H", b"HYLL", b"HYLL\x00", b"HYLL\x01", b"HYLL\x02" + bytes(11), b"HYLL\x00" + bytes(11)]


def make_hll_value(rng):
    """Something like a HyperLogLog: mostly a sparse one with runs that hardly ever fit."""
    if rng.random() < 0.3:
        return rng.choice(HLL_HEADS) + rng.choice([b"", rng.randbytes(rng.randrange(20))])
    runs = [b"\x7f\xff", b"\x7f\xfe\x80", b"\x5f\xff\x5f\xff", rng.randbytes(rng.randrange(1, 40))]
    # redis-server reads a run of two bytes that lacks the second: none does here.
    return b"HYLL\x01" + bytes(10) + rng.choice([b"\0", b"\x80"]) + rng.choice(runs) + bytes(1)


def make_coordinate(rng, edges, most):
    """Mostly distinct ones: redis-server sorts equal distances in an order of its own."""
    kind = rng.random()
    if kind < 0.75:
        return "%.6f" % rng.uniform(-most, most)
    if kind < 0.9:
        return "%.9f" % (13.3 + rng.random() / 50)
    return make_number(rng, rng.choice(edges))


GENERATORS = {
    "bits": of_type(BITS),
    "hll": of_type(HLLS),
    "odd_hll": lambda rng: rng.choice([b"odd0", b"odd1"]),
    "geo": of_type(GEOS),
    "distances": lambda rng: rng.choice([b"d0", b"d1"]),
    "bit": lambda rng: make_number(rng, rng.choice([0, 1, 1, 2])),
    "bit_offset": lambda rng: make_number(rng, rng.randrange(100) if rng.random() < 0.9 else rng.choice(BIT_OFFSETS[:4])
                                          if rng.random() < 0.7 else rng.choice(BIT_OFFSETS[5:])),
    "bit_index": lambda rng: make_number(rng, rng.randrange(-40, 40) if rng.random() < 0.9 else rng.choice([9000, -9000])),
    "field": lambda rng: rng.choice("iu") + str(rng.randrange(1, 64)) if rng.random() < 0.95
             else rng.choice(["i64", "i64", "u64", "i65", "u0", "i", "x8", "i-1", ""]),
    "field_at": lambda rng: rng.choice(["", "#"]) + str(rng.randrange(60)) if rng.random() < 0.95
                else rng.choice(["-1", "#-1", "#", "x", "4294967296", "#4294967296"]),
    "field_value": lambda rng: make_number(rng, rng.randrange(-300, 300) if rng.random() < 0.6
                                           else rng.choice(INTEGERS) if rng.random() < 0.5
                                           else rng.randrange(-(2 ** rng.randrange(64)), 2 ** rng.randrange(63) + 1)),
    "element": lambda rng: b"e%d" % rng.randrange(10 ** rng.randrange(1, 7)) if rng.random() < 0.9 else make_value(rng),
    "hll_value": make_hll_value,
    "hll_offset": lambda rng: str(rng.choice([0, 4, 8, 15, rng.randrange(16, 30), rng.randrange(16, 3000)])),
    "hll_bytes": lambda rng: rng.choice([b"", b"H", b"\0", b"\x01", rng.randbytes(rng.randrange(1, 4))]),
    "place": lambda rng: b"m%d" % rng.randrange(60),
    "longitude": lambda rng: make_coordinate(rng, [0, 180, -180, "180.5", "-0", 1e300], 180),
    "latitude": lambda rng: make_coordinate(rng, ["85.06", -90, "inf", "-inf", 181], 85),
    "radius": lambda rng: make_number(rng, rng.choice([0, 1, 100, -1, 5000, 20000, "inf", rng.random() * 10 ** rng.randrange(8)])),
    "unit": lambda rng: rng.choice(["m", "km", "KM", "ft", "mi"]) if rng.random() < 0.97 else rng.choice(["", "x", "kms"]),
    "place_score": lambda rng: str(rng.choice([rng.randrange(2**52), rng.randrange(2**52), -rng.randrange(2**52), rng.random() * 1e300])),
    "limit": lambda rng: make_number(rng, rng.choice([1, 2, 5, 100, 0, -1])),
    "key": lambda rng: rng.choice(KEYS),
    "value": make_value,
    "integer": lambda rng: make_number(rng, rng.choice(INTEGERS)),
    "float": lambda rng: rng.choice(FLOATS) if rng.random() < 0.8 else make_number(rng, rng.random() * 1000),
    "index": lambda rng: make_number(rng, rng.randrange(-20, 20)),
    "offset": lambda rng: make_number(rng, rng.choice([0, 1, 5, 44, 300, 1100, 70000, -1, 536870912])),
    "list": of_type(LISTS),
    "set": of_type(SETS),
    "hash": of_type(HASHES),
    "zset": of_type(ZSETS),
    "zset_or_set": of_type(ZSETS + SETS),
    # All members have one score: what BYLEX does with others is not defined.
    "lexset": lambda rng: rng.choice([b"y0", b"y1"]),
    "member": lambda rng: rng.choice(MEMBERS) if rng.random() < 0.9 else make_value(rng),
    "score": lambda rng: rng.choice(SCORES) if rng.random() < 0.9 else rng.choice(FLOATS + ODD_NUMBERS),
    "bound": lambda rng: rng.choice(BOUNDS) if rng.random() < 0.95 else rng.choice(FLOATS + ODD_NUMBERS + ["(x"]),
    "lex": lambda rng: rng.choice(LEX) if rng.random() < 0.95 else rng.choice(BAD_LEX),
    "timeout": lambda rng: rng.choice(TIMEOUTS),
    "bad_count": lambda rng: rng.choice(["-1", "x", "", str(2**63)]),
    "stream": of_type(STREAMS),
    "new_id": STREAM_IDS.new,
    "id": STREAM_IDS.near,
    "edge": STREAM_IDS.edge,
    "threshold": lambda rng: str(rng.randrange(30)) if rng.random() < 0.5 else STREAM_IDS.near(rng),
    "field": lambda rng: rng.choice([b"a", b"b", b"7", b"long-field-" * 9]) if rng.random() < 0.9 else make_value(rng),
    "group": lambda rng: rng.choice([b"g0", b"g1"]),
    "consumer": lambda rng: rng.choice([b"c0", b"c1", b"c2"]),
    "idle": lambda rng: rng.choice(IDLES) if rng.random() < 0.95 else rng.choice(ODD_NUMBERS),
    "time": lambda rng: str(rng.randrange(1000)),
    "pattern": lambda rng: rng.choice(PATTERNS),
    "database": lambda rng: str(rng.randrange(DATABASES)) if rng.random() < 0.95 else rng.choice(["16", "-1", "x"]),
    # Deadlines are far apart, so that a few milliseconds between the servers change no comparison.
    "ttl": lambda rng: str(rng.randrange(100, 10000) * 1000),
    "ttl_ms": lambda rng: str(rng.randrange(100, 10000) * 1000000),
    "future": lambda rng: str(FAR_FUTURE + rng.randrange(100)),
    "future_ms": lambda rng: str(FAR_FUTURE * 1000 + rng.randrange(100000)),
    # None of these lies so near that it could pass during the run.
    "bad_deadline": lambda rng: rng.choice(ODD_NUMBERS + [str(n) for n in (0, -1, 2**63 - 1, -(2**63), 2**62)]),
}
