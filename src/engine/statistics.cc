#include "src/engine/statistics.h"

namespace kvasir {

void Statistics::Rate::Sample(uint64_t now_ms, uint64_t total) {
  if (last_ms_ != 0 && now_ms > last_ms_ && total >= last_total_) {
    const double sample =
        static_cast<double>(total - last_total_) * 1000 / static_cast<double>(now_ms - last_ms_);
    // An average over about sixteen samples.
    constexpr double kWeight = 1.0 / 16;
    per_second += (sample - per_second) * kWeight;
    if (per_second < 0.01) per_second = 0;
  }
  last_ms_ = now_ms;
  last_total_ = total;
}

void Statistics::SampleRates(uint64_t now_ms) {
  commands_rate.Sample(now_ms, commands_processed);
  input_rate.Sample(now_ms, input_bytes);
  output_rate.Sample(now_ms, output_bytes);
}

void Statistics::CountError(std::string_view text) {
  ++error_replies;
  const std::string_view code = text.substr(0, text.find(' '));
  const auto found = errors.find(code);
  if (found != errors.end()) {
    ++found->second;
  } else if (errors.size() < kErrorCodesMax) {
    errors.emplace(code, 1);
  }
}

void Statistics::Reset() {
  const uint64_t startup = startup_memory;
  *this = Statistics();
  startup_memory = startup;
}

}  // namespace kvasir
