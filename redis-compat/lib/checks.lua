-- What the programs for Lua share: where the server is, and the list of what was checked.
-- Each program is started as: lua5.1 <program>.lua <host> <port> [restarts]
local checks = { host = arg[1], port = tonumber(arg[2]) }
local begun, passed = 0, 0

-- Runs one check. A failure is printed and counted; the checks after it still run.
function checks.check(title, body)
  begun = begun + 1
  local fine, reason = pcall(body)
  if fine then
    passed = passed + 1
    print("  ok       " .. title)
  else
    print("  FAILED   " .. title .. ": " .. tostring(reason):match("[^\n]*"))
  end
end

function checks.equal(what, actual, expected)
  if actual ~= expected then
    error(("%s: %s, expected %s"):format(what, tostring(actual):sub(1, 200), tostring(expected):sub(1, 200)), 0)
  end
end

-- Runs words as a command a moment later, by another process, so that something can wait for them.
function checks.run_later(words)
  os.execute(("(sleep 0.2; redis-cli -h %s -p %d %s) >/dev/null 2>&1 &"):format(checks.host, checks.port, words))
end

-- Prints the total and ends the program.
function checks.finish(program, version)
  print(("%s %s: %d of %d checks passed"):format(program, version, passed, begun))
  os.exit(passed == begun and 0 or 1)
end

return checks
