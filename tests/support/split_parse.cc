#include "tests/support/split_parse.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace kvasir {
namespace {

class Feeder {
 public:
  explicit Feeder(const RequestLimits& limits) : limits_(limits) {}

  // False when the stream has ended with an error.
  bool Feed(std::string_view piece) {
    if (large_missing_ > 0) {
      const size_t part = std::min(large_missing_, piece.size());
      large_ += piece.substr(0, part);
      large_missing_ -= part;
      piece.remove_prefix(part);
      if (large_missing_ > 0) return true;
      parser_.ProvideLarge(SharedBytes::CopyOf(large_.substr(0, large_.size() - 2)));
      large_.clear();
    }
    std::string joined = std::exchange(kept_, std::string()) + std::string(piece);
    return Drain(joined);
  }

  ParsedStream Take() {
    result_.finished = large_missing_ == 0 && kept_.empty() && !parser_.InRequest();
    if (!result_.error.empty()) result_.finished = true;
    return std::move(result_);
  }

 private:
  bool Drain(std::string_view rest) {
    // Exactly as large as what it holds.
    const std::unique_ptr<char[]> memory(new char[rest.size()]);
    std::copy(rest.begin(), rest.end(), memory.get());
    std::string_view input(memory.get(), rest.size());
    while (true) {
      RequestBatch batch;
      size_t consumed = 0;
      const RequestParser::Status status = parser_.Parse(input, limits_, batch, consumed);
      if (status == RequestParser::Status::kError) {
        result_.error = parser_.error();
        return false;
      }
      input.remove_prefix(consumed);
      if (status == RequestParser::Status::kNeedMore) {
        kept_ = input;
        return true;
      }
      if (status == RequestParser::Status::kNeedLarge) {
        large_ = input.substr(parser_.large_offset());
        large_missing_ = parser_.large_size() + 2 - large_.size();
        kept_ = input.substr(0, parser_.large_offset());
        return true;
      }
      const auto arguments = batch.Arguments(batch.requests()[0]);
      result_.requests.emplace_back(arguments.begin(), arguments.end());
    }
  }

  RequestLimits limits_;
  RequestParser parser_;
  ParsedStream result_;
  std::string kept_;
  std::string large_;
  size_t large_missing_ = 0;
};

}  // namespace

ParsedStream ParseInPieces(std::string_view stream, const RequestLimits& limits,
                           std::span<const size_t> cuts) {
  Feeder feeder(limits);
  size_t begin = 0;
  for (size_t i = 0; i <= cuts.size(); ++i) {
    const size_t end = i < cuts.size() ? cuts[i] : stream.size();
    if (!feeder.Feed(stream.substr(begin, end - begin))) break;
    begin = end;
  }
  return feeder.Take();
}

}  // namespace kvasir
