# Sidekiq's queues with a worker as a process of its own: many jobs, delays, retries, dead jobs,
# weighted queues, statistics, and a worker that is asked to stop in the middle of a job.
require 'checks'
ENV['COMPAT_REDIS_URL'] = "#{Checks::URL}/3"
require_relative 'sidekiq_tasks'
require 'sidekiq/api'
include Checks

def redis(&block)
  Sidekiq.redis(&block)
end

# A worker beside this program, which is ended with it.
def with_worker(*options)
  pid = spawn('/usr/bin/ruby', '/usr/bin/sidekiq', '-r', "#{__dir__}/sidekiq_tasks.rb", '-c', '5',
              '-t', '5', *options, out: File::NULL, err: File::NULL)
  wait_for('the worker') { Sidekiq::ProcessSet.new.any? { |each| each['pid'] == pid } }
  yield pid
ensure
  Process.kill('TERM', pid)
  Process.wait(pid)
end

with_worker('-q', 'urgent,3', '-q', 'default') do
  check('300 jobs, each done once') do
    (0...200).each { |i| Note.perform_async('many', i) }
    Note.perform_bulk((200...300).map { |i| ['many', i] })
    wait_for('all jobs') { redis { |server| server.llen('many') } >= 300 }
    equal('done', redis { |server| server.lrange('many', 0, -1) }.map(&:to_i).sort, (0...300).to_a)
    equal('left', Sidekiq::Queue.new.size, 0)
  end

  check('delayed jobs') do
    begun = Time.now
    Note.perform_in(2, 'later', 'in two seconds')
    Note.perform_at(Time.now + 3600, 'later', 'in an hour')
    equal('scheduled', Sidekiq::ScheduledSet.new.size, 2)
    wait_for('the first') { redis { |server| server.llen('later') } == 1 }
    equal('not before its time', Time.now - begun >= 1.9, true)
    equal('still scheduled', Sidekiq::ScheduledSet.new.map { |job| job.args.last }, ['in an hour'])
    Sidekiq::ScheduledSet.new.clear
  end

  check('a retry') do
    # Sidekiq adds up to ten seconds to the first pause, twice that to the second.
    Flaky.perform_async('flaky', 2)
    wait_for('the second try') { redis { |server| server.get('flaky') } == '2' }
    wait_for('the end of retries') { Sidekiq::RetrySet.new.size.zero? }
  end

  check('a job that is dead after its retries') do
    jid = Hopeless.perform_async
    wait_for('its end') { redis { |server| server.get("exhausted:#{jid}") } == 'no luck' }
    dead = wait_for('the dead job') { Sidekiq::DeadSet.new.find_job(jid) }
    equal('its error', dead['error_message'], 'no luck')
    dead.delete
    equal('deleted', Sidekiq::DeadSet.new.size, 0)
  end

  check('queues of their own') do
    Note.set(queue: 'urgent').perform_async('which', 'urgent')
    Note.set(queue: 'nobody').perform_async('which', 'nobody')
    wait_for('the urgent one') { redis { |server| server.lrange('which', 0, -1) } == ['urgent'] }
    queue = Sidekiq::Queue.new('nobody')
    equal('waiting', [queue.size, queue.first.args], [1, %w[which nobody]])
    queue.clear
    equal('cleared', queue.size, 0)
  end

  check('statistics') do
    stats = wait_for('the counts') do
      found = Sidekiq::Stats.new
      found if found.processed >= 303
    end
    equal('failed', stats.failed >= 2, true)
    equal('processes', stats.processes_size, 1)
    equal('history', Sidekiq::Stats::History.new(1).processed.values.sum >= 303, true)
  end
end

check('a worker that stops gives its job back') do
  with_worker do
    Slow.perform_async('slow', 300)
    wait_for('its begin') { redis { |server| server.get('slow') } == 'begun' }
  end
  equal('back in the queue', Sidekiq::Queue.new.map(&:args), [['slow', 300]])
  Sidekiq::Queue.new.clear
end

check_owned('no job is lost when the server is killed with -9') do
  (0...50).each { |i| Note.perform_async('survivors', i) }
  Process.kill('KILL', redis { |server| server.info['process_id'] }.to_i)
  wait_for('the server') do
    redis(&:ping)
  rescue Redis::BaseError
    false
  end
  with_worker do
    wait_for('all jobs') { redis { |server| server.llen('survivors') } >= 50 }
  end
  equal('done', redis { |server| server.lrange('survivors', 0, -1) }.map(&:to_i).sort, (0...50).to_a)
end

finish('sidekiq', Sidekiq::VERSION)
