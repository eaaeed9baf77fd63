// Bytes of a connection to requests, parsed in place (RESP2/RESP3 requests, which are the same, and
// inline requests; https://redis.io/docs/latest/develop/reference/protocol-spec).
//
// The parser is pure: bytes in, arguments out, no input kept. Arguments are views of the input; an
// unfinished request is remembered as offsets, so a request that arrives in a thousand reads is
// scanned once and not a thousand times.
// THREAD: any, one at a time per object.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/limits.h"
#include "src/base/shared_bytes.h"

namespace kvasir {

// Requests that were parsed ahead and wait to be run. Reused from tick to tick, so that a plain
// request allocates nothing.
// LIFETIME: the views hold as long as the parsed input stays where it is and Clear is not called.
class RequestBatch {
 public:
  struct Request {
    uint32_t first = 0;
    uint32_t count = 0;
  };
  // An argument that was received into a block of its own; whoever stores it may keep the block.
  struct LargeArgument {
    size_t argument = 0;  // index into all arguments of the batch
    SharedBytes bytes;
  };

  void Clear();
  std::span<const Request> requests() const { return requests_; }
  std::span<const std::string_view> Arguments(const Request& request) const {
    return {arguments_.data() + request.first, request.count};
  }
  // The block behind argument `index` of `request`; nullptr when it is a plain view.
  SharedBytes* LargeBlock(const Request& request, size_t index);
  bool has_large() const { return !large_.empty(); }

 private:
  friend class RequestParser;
  std::vector<std::string_view> arguments_;
  std::vector<Request> requests_;
  std::vector<LargeArgument> large_;
  std::deque<std::string> unescaped_;  // inline arguments that had quotes
};

class RequestParser {
 public:
  enum class Status : uint8_t {
    kRequest,    // one request was added to the batch; `consumed` bytes of the input are done with
    kNeedMore,   // call again with the same bytes and more behind them; nothing is consumed
    kNeedLarge,  // receive `large_size` + 2 bytes into a block, then call ProvideLarge
    kError,      // protocol error: answer `error` and close
  };

  // Reads one request from the front of `input`. After kNeedMore the next input must begin with
  // the same bytes. Empty requests are passed over. `consumed` is set for kRequest; for kNeedMore
  // it may be more than 0 only when empty requests were passed over.
  Status Parse(std::string_view input, const RequestLimits& limits, RequestBatch& batch,
               size_t& consumed);

  // After kNeedLarge: the payload's declared size, and where it begins in the input (counted behind
  // `consumed`). The input of the next call ends right before it, and goes on with what follows the
  // payload's CRLF.
  size_t large_size() const { return large_size_; }
  size_t large_offset() const { return position_; }
  void ProvideLarge(SharedBytes bytes);

  // The text after "ERR " that Redis sends for the broken rule.
  const std::string& error() const { return error_; }

  // Forgets the unfinished request; the next input begins a new one.
  void Reset();

  // True while an unfinished request is remembered.
  bool InRequest() const { return arguments_left_ >= 0; }

  // What the unfinished request costs here; the input itself is the caller's.
  size_t MemoryBytes() const { return partial_.capacity() * sizeof(PartialArgument); }

 private:
  struct PartialArgument {
    size_t offset = 0;
    size_t size = 0;
    bool large = false;
  };

  static bool ParsePlain(std::string_view input, const RequestLimits& limits, RequestBatch& batch,
                         size_t& consumed);
  Status ParseMultibulk(std::string_view input, const RequestLimits& limits, RequestBatch& batch,
                        size_t& consumed);
  Status ParseInline(std::string_view input, RequestBatch& batch, size_t& consumed);
  Status ReadArguments(std::string_view input, const RequestLimits& limits, RequestBatch& batch);
  Status ReadLength(std::string_view input, char kind, int64_t& length);
  Status KeepPartial(std::string_view input, RequestBatch& batch, size_t first, Status status);
  Status Complete(std::string_view input, RequestBatch& batch, size_t first, size_t& consumed);
  Status Fail(std::string text);

  int64_t arguments_left_ = -1;  // -1 before the header of a request was read
  int64_t bulk_size_ = -1;       // -1 before the header of the next argument was read
  size_t position_ = 0;          // how far the unfinished request was scanned
  size_t large_size_ = 0;
  std::vector<PartialArgument> partial_;
  std::deque<SharedBytes> partial_large_;
  std::string error_;
};

// Splits an inline request at spaces, with "..." (escapes \n \r \t \b \a \xHH) and '...' (escape
// \') as in redis-cli and redis.conf. False when quotes do not close or text follows a closing
// quote.
bool SplitQuoted(std::string_view line, std::vector<std::string>& out);

}  // namespace kvasir
