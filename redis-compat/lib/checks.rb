# What the programs for Ruby share: where the server is, and the list of what was checked.
# Each program is started as: ruby <program>.rb <host> <port> [restarts]
# `restarts` says that the server is the program's own to kill: it is started again by itself.
module Checks
  HOST, PORT, MODE = ARGV
  URL = "redis://#{HOST}:#{PORT}".freeze

  COUNTS = { begun: 0, passed: 0 }

  $stdout.sync = true

  # Runs one check. A failure is printed and counted; the checks after it still run.
  def check(title)
    COUNTS[:begun] += 1
    yield
    COUNTS[:passed] += 1
    puts "  ok       #{title}"
  rescue StandardError => e
    puts "  FAILED   #{title}: #{e.class}: #{e.message.lines.first.to_s.chomp}"
  end

  # A check that kills the server, left out when it belongs to somebody else.
  def check_owned(title, &body)
    return check(title, &body) if MODE == 'restarts'

    puts "  skipped  #{title}: the server is not ours to kill"
  end

  def equal(what, actual, expected)
    return if actual == expected

    raise "#{what}: #{actual.inspect[0, 200]}, expected #{expected.inspect[0, 200]}"
  end

  # Waits until the block gives something true, and gives that.
  def wait_for(what, seconds = 60)
    limit = Time.now + seconds
    until (found = yield)
      raise "waited #{seconds} s for #{what}" if Time.now > limit

      sleep 0.05
    end
    found
  end

  # Prints the total and ends the program.
  def finish(program, version)
    puts "#{program} #{version}: #{COUNTS[:passed]} of #{COUNTS[:begun]} checks passed"
    exit COUNTS[:passed] == COUNTS[:begun]
  end
end
