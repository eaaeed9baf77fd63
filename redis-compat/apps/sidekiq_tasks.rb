# The jobs of sidekiq_jobs.rb; a worker requires this file.
require 'sidekiq'

# Debian's two packages disagree about a deprecated form; that is no matter of the server.
Redis.silence_deprecations = true

redis = { url: ENV.fetch('COMPAT_REDIS_URL') }
Sidekiq.configure_client { |config| config.redis = redis }
Sidekiq.configure_server do |config|
  config.redis = redis
  # Delayed and failed jobs are looked for every second instead of every few.
  config.options[:poll_interval_average] = 1
end

# Appends to a list, so that the order of jobs can be seen.
class Note
  include Sidekiq::Worker

  def perform(key, value)
    Sidekiq.redis { |server| server.rpush(key, value) }
  end
end

# Fails until it has been tried often enough.
class Flaky
  include Sidekiq::Worker
  sidekiq_options retry: 5
  sidekiq_retry_in { 1 }

  def perform(key, number)
    tried = Sidekiq.redis { |server| server.incr(key) }
    raise "try #{tried}" if tried < number
  end
end

# Fails always.
class Hopeless
  include Sidekiq::Worker
  sidekiq_options retry: 1
  sidekiq_retry_in { 1 }
  sidekiq_retries_exhausted do |job, _|
    Sidekiq.redis { |server| server.set("exhausted:#{job['jid']}", job['error_message']) }
  end

  def perform
    raise 'no luck'
  end
end

# Takes its time.
class Slow
  include Sidekiq::Worker

  def perform(key, seconds)
    Sidekiq.redis { |server| server.set(key, 'begun') }
    sleep seconds
    Sidekiq.redis { |server| server.set(key, 'done') }
  end
end
