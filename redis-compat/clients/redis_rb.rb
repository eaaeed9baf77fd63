# What programs do with redis-rb, by Debian's ruby-redis.
require 'checks'
require 'redis'
require 'securerandom'
include Checks

client = Redis.new(url: URL)
other = Redis.new(url: URL)

check('basics, RESP2') do
  client.flushall
  equal('ping', client.ping, 'PONG')
  equal('set', client.set('name', 'Kvasir', ex: 100, nx: true), true)
  equal('set if absent', client.set('name', 'x', nx: true), false)
  equal('get', [client.get('name'), client.ttl('name')], ['Kvasir', 100])
  client.mapped_hmset('hash', 'a' => 1, 'b' => 2)
  equal('hash', client.hgetall('hash'), 'a' => '1', 'b' => '2')
  client.zadd('scores', [[1.5, 'one'], [2, 'two']])
  equal('sorted set', client.zrange('scores', 0, -1, with_scores: true), [['one', 1.5], ['two', 2.0]])
  begin
    client.incr('name')
    raise 'no error'
  rescue Redis::CommandError => e
    equal('error', e.message, 'ERR value is not an integer or out of range')
  end
end

check('pipeline of 10000, RESP2') do
  replies = client.pipelined { |pipeline| 10_000.times { |i| pipeline.set("pipe:#{i}", i) } }
  equal('replies', replies.tally, 'OK' => 10_000)
  equal('scanned', client.scan_each(match: 'pipe:*', count: 500).to_a.uniq.size, 10_000)
end

# A WATCH that is lost once: the second attempt goes through.
check('lost WATCH, RESP2') do
  client.set('watched', 1)
  attempts = 0
  result = nil
  until result
    attempts += 1
    client.watch('watched') do
      value = client.get('watched').to_i
      other.set('watched', 10) if attempts == 1
      result = client.multi do |transaction|
        transaction.set('watched', value + 1)
        transaction.get('watched')
      end
    end
  end
  equal('transaction', result, %w[OK 11])
  equal('attempts', attempts, 2)
end

check('blocking pop, RESP2') do
  pusher = Thread.new do
    sleep 0.2
    other.rpush('queue', 'job')
  end
  equal('a pop that waited', client.blpop('queue', timeout: 10), %w[queue job])
  pusher.join
  equal('a pop of nothing', client.blpop('queue', timeout: 1), nil)
end

check('pub/sub, RESP2') do
  heard = []
  listener = Redis.new(url: URL)
  listener.subscribe('news') do |on|
    on.subscribe { other.publish('news', 'hello') }
    on.message do |channel, message|
      heard << [channel, message]
      listener.unsubscribe
    end
  end
  equal('heard', heard, [%w[news hello]])
end

check('binary and 20 MB values, RESP2') do
  every = (0..255).to_a.pack('C*')
  client.set(every, every)
  equal('binary', client.get(every).b, every)
  large = SecureRandom.bytes(20 << 20)
  client.set('large', large)
  equal('20 MB', client.get('large').b == large, true)
end

check('script by its digest, RESP2') do
  digest = client.script(:load, 'return {KEYS[1], ARGV[1] + 1}')
  equal('reply', client.evalsha(digest, keys: ['key'], argv: [41]), ['key', 42])
end

check('reconnect after CLIENT KILL, RESP2') do
  client.set('there', 'still')
  id = client.call(%w[CLIENT ID])
  equal('killed', other.call(['CLIENT', 'KILL', 'ID', id]), 1)
  equal('after CLIENT KILL', client.get('there'), 'still')
end

check_owned('data after kill -9, RESP2') do
  client.set('survivor', 'alive')
  Process.kill('KILL', client.info['process_id'].to_i)
  found = wait_for('the server') do
    client.get('survivor')
  rescue Redis::BaseError
    nil
  end
  equal('after kill -9', found, 'alive')
end

finish('redis-rb', Redis::VERSION)
