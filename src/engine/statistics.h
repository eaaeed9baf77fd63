// What INFO stats counts beyond the keyspace's own figures.
// THREAD: loop.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace kvasir {

struct Statistics {
  uint64_t connections_received = 0;
  uint64_t connections_rejected = 0;
  uint64_t commands_processed = 0;
  uint64_t input_bytes = 0;
  uint64_t output_bytes = 0;
  uint64_t error_replies = 0;
  uint64_t unexpected_error_replies = 0;
  uint64_t acl_access_denied_auth = 0;
  uint64_t acl_access_denied_command = 0;
  uint64_t acl_access_denied_key = 0;
  uint64_t acl_access_denied_channel = 0;
  uint64_t query_buffer_limit_disconnections = 0;
  uint64_t output_buffer_limit_disconnections = 0;
  uint64_t evicted_clients = 0;
  uint64_t reads_processed = 0;
  uint64_t writes_processed = 0;
  uint64_t startup_memory = 0;  // before there was any data
  uint64_t peak_memory = 0;
  uint64_t slow_commands = 0;

  // Replies by error code ("ERR", "WRONGTYPE"), up to a bound, as in errorstats.
  std::map<std::string, uint64_t, std::less<>> errors;
  static constexpr size_t kErrorCodesMax = 128;

  // Per-second rates from samples taken every 100 ms.
  struct Rate {
    void Sample(uint64_t now_ms, uint64_t total);
    double per_second = 0;

   private:
    uint64_t last_ms_ = 0;
    uint64_t last_total_ = 0;
  };
  Rate commands_rate;
  Rate input_rate;
  Rate output_rate;
  void SampleRates(uint64_t now_ms);

  void CountError(std::string_view text);
  void Reset();
};

}  // namespace kvasir
