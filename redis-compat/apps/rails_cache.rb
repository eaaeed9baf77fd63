# Rails' cache on Redis, by Debian's ruby-activesupport.
require 'checks'
require 'active_support'
require 'active_support/cache'
require 'active_support/cache/redis_cache_store'
include Checks

# The store swallows errors, as a cache may; here they are failures.
def open_store(**options)
  raise_error = ->(exception:, **) { raise exception }
  ActiveSupport::Cache::RedisCacheStore.new(url: "#{URL}/4", error_handler: raise_error, **options)
end

store = open_store(namespace: 'app')
plain = Redis.new(url: "#{URL}/4")

check('values, deadlines and what is not there') do
  value = { 'name' => 'Snorri', list: [1, nil, 2.5], long: 'x' * 100_000 }
  store.write('value', value)
  equal('read', store.read('value'), value)
  store.write('nil', nil)
  equal('nil', [store.exist?('nil'), store.read('nil')], [true, nil])
  equal('absent', [store.exist?('absent'), store.read('absent')], [false, nil])
  store.write('timed', 1, expires_in: 100)
  equal('time to live', (91..100).cover?(plain.ttl('app:timed')), true)
  store.delete('timed')
  equal('deleted', [store.exist?('timed'), store.read('timed')], [false, nil])
  store.write('brief', 1, expires_in: 0.3)
  wait_for('its end') { store.read('brief').nil? }
end

check('many at once') do
  values = (0...200).to_h { |i| ["many:#{i}", i] }
  store.write_multi(values)
  equal('read', store.read_multi(*values.keys, 'absent'), values)
  store.write_multi({ 't1' => 1, 't2' => 2 }, expires_in: 50)
  equal('times to live', %w[t1 t2].all? { |key| (1..50).cover?(plain.ttl("app:#{key}")) }, true)
  equal('fetched', store.fetch_multi('many:1', 'made') { |key| "#{key}!" }, { 'many:1' => 1, 'made' => 'made!' })
  equal('deleted', store.delete_multi(values.keys), 200)
end

check('fetch and unless_exist') do
  made = 0
  2.times { equal('fetched', store.fetch('fetched') { made += 1 }, 1) }
  equal('forced', store.fetch('fetched', force: true) { made += 1 }, 2)
  first = store.write('once', 1, unless_exist: true)
  second = store.write('once', 2, unless_exist: true, expires_in: 10)
  equal('once', [first, second, store.read('once')], [true, false, 1])
end

check('counters') do
  equal('raised', (1..3).map { store.increment('hits', 2, expires_in: 60) }, [2, 4, 6])
  equal('lowered', store.decrement('hits'), 5)
  equal('read', store.read('hits', raw: true), '5')
  equal('time to live', (1..60).cover?(plain.ttl('app:hits')), true)
  threads = Array.new(4) { Thread.new { 50.times { store.increment('together') } } }
  threads.each(&:join)
  equal('together', store.read('together', raw: true), '200')
end

check('deletion by pattern and by namespace') do
  other = open_store(namespace: 'other')
  other.write('mine', 1)
  1500.times { |i| store.write("page:#{i}", i) }
  store.delete_matched('page:1*')
  equal('left', plain.keys('app:page:*').size, 1500 - 611)
  store.clear
  equal('cleared', [plain.keys('app:*'), other.read('mine')], [[], 1])
end

check('a pool of connections') do
  pooled = open_store(pool_size: 3, namespace: 'pool')
  threads = Array.new(6) { |i| Thread.new { 50.times { |j| pooled.write("#{i}:#{j}", j) } } }
  threads.each(&:join)
  equal('written', plain.keys('pool:*').size, 300)
end

finish('rails-cache', ActiveSupport::VERSION::STRING)
