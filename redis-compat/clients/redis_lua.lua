-- What programs do with redis-lua, by Debian's lua-redis.
local checks = require("checks")
local redis = require("redis")
local check, equal = checks.check, checks.equal

local function connect()
  return redis.connect(checks.host, checks.port)
end

local client, other = connect(), connect()

check("basics, RESP2", function()
  client:flushall()
  equal("ping", client:ping(), true)
  equal("set", client:set("name", "Kvasir"), true)
  equal("get", client:get("name"), "Kvasir")
  client:hmset("hash", { a = 1, b = 2 })
  local hash = client:hgetall("hash")
  equal("hash", hash.a .. hash.b, "12")
  local fine, reason = pcall(client.incr, client, "name")
  equal("error", fine, false)
  equal("its text", reason:match("value is not an integer or out of range") ~= nil, true)
end)

check("pipeline of 10000, RESP2", function()
  local replies = client:pipeline(function(pipeline)
    for i = 1, 10000 do pipeline:set("pipe:" .. i, i) end
  end)
  equal("replies", #replies, 10000)
  local found, count, cursor = {}, 0, 0
  repeat
    local reply = client:scan(cursor, { match = "pipe:*", count = 500 })
    cursor = tonumber(reply[1])
    for _, key in ipairs(reply[2]) do
      if not found[key] then count = count + 1 end
      found[key] = true
    end
  until cursor == 0
  equal("scanned", count, 10000)
end)

-- A WATCH that is lost once: the library tries again.
check("lost WATCH, RESP2", function()
  client:set("watched", 1)
  local attempts = 0
  local replies = client:transaction({ watch = "watched", cas = true, retry = 3 }, function(transaction)
    attempts = attempts + 1
    local value = tonumber(transaction:get("watched"))
    if attempts == 1 then other:set("watched", 10) end
    transaction:multi()
    transaction:set("watched", value + 1)
    transaction:get("watched")
  end)
  equal("transaction", replies[2], "11")
  equal("attempts", attempts, 2)
end)

check("blocking pop, RESP2", function()
  checks.run_later("RPUSH queue job")
  local popped = client:blpop("queue", 10)
  equal("a pop that waited", table.concat(popped, " "), "queue job")
end)

check("pub/sub, RESP2", function()
  checks.run_later("PUBLISH news hello")
  local heard
  for message, abort in connect():pubsub({ subscribe = { "news" } }) do
    if message.kind == "message" then
      heard = message.channel .. " " .. message.payload
      abort()
    end
  end
  equal("heard", heard, "news hello")
end)

check("binary and 20 MB values, RESP2", function()
  local bytes = {}
  for i = 0, 255 do bytes[#bytes + 1] = string.char(i) end
  local every = table.concat(bytes)
  client:set(every, every)
  equal("binary", client:get(every) == every, true)
  local large = every:rep(20 * 4096)
  client:set("large", large)
  equal("20 MB", client:get("large") == large, true)
end)

-- The library does not find its way back by itself; a new connection does.
check("reconnect after CLIENT KILL, RESP2", function()
  client:set("there", "still")
  redis.commands.client_id = redis.command("CLIENT", { request = function(c, command)
    c.network.write(c, "*2\r\n$6\r\nCLIENT\r\n$2\r\nID\r\n")
  end })
  local lost = connect()
  lost.client_id = redis.commands.client_id
  equal("killed", other:raw_cmd("CLIENT KILL ID " .. lost:client_id()), 1)
  equal("lost", pcall(lost.get, lost, "there"), false)
  equal("after CLIENT KILL", connect():get("there"), "still")
end)

checks.finish("redis-lua", redis._VERSION:match("[%d.]+"))
