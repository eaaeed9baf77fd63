#include "src/commands/stream_read_request.h"

#include <algorithm>
#include <utility>

#include "src/base/number.h"
#include "src/base/text.h"
#include "src/commands/stream_reply.h"

namespace kvasir {
namespace {

class RequestReader {
 public:
  RequestReader(Call& call, bool of_group) : call_(call), of_group_(of_group) {}

  std::optional<StreamReadRequest> Read() {
    for (; next_ < call_.size() && request_.first_key == 0; ++next_) {
      if (!ReadOne()) return std::nullopt;
    }
    if (request_.first_key == 0) {
      Fail(errors::kSyntax);
    } else if (of_group_ && !group_given_) {
      Fail("ERR Missing GROUP option for XREADGROUP");
    }
    if (call_.replied_error()) return std::nullopt;
    return request_;
  }

 private:
  bool Fail(std::string_view error) {
    call_.Error(error);
    return false;
  }
  bool Is(std::string_view word, size_t values) const {
    return next_ + values < call_.size() && EqualsIgnoreCase(call_[next_], word);
  }

  bool ReadOne() {
    if (Is("BLOCK", 1)) return ReadBlock();
    if (Is("COUNT", 1)) return ReadCount();
    if (Is("STREAMS", 1)) return ReadStreams();
    if (Is("GROUP", 2)) return ReadGroup();
    if (Is("NOACK", 0)) {
      request_.no_ack = true;
      return of_group_ || Fail(
                              "ERR The NOACK option is only supported by XREADGROUP. You called "
                              "XREAD instead.");
    }
    if (of_group_ && Is("CLAIM", 1)) return ReadClaim();
    return Fail(errors::kSyntax);
  }

  bool ReadBlock() {
    int64_t timeout_ms = 0;
    ++next_;
    if (!ReadStreamInteger(call_, next_, timeout_ms,
                           "ERR timeout is not an integer or out of range")) {
      return false;
    }
    if (timeout_ms < 0) return Fail("ERR timeout is negative");
    if (timeout_ms > INT64_MAX - call_.now_ms()) return Fail("ERR timeout is out of range");
    request_.deadline_ms = timeout_ms == 0 ? 0 : call_.now_ms() + timeout_ms;
    return true;
  }

  bool ReadCount() {
    int64_t count = 0;
    if (!ReadStreamInteger(call_, ++next_, count)) return false;
    request_.count = static_cast<uint64_t>(std::max<int64_t>(count, 0));
    return true;
  }

  bool ReadStreams() {
    const size_t words = call_.size() - next_ - 1;
    if (words % 2 != 0) {
      return Fail(
          of_group_ ? "ERR Unbalanced 'xreadgroup' list of streams: for each stream key an ID or "
                      "'>' must be specified."
                    : "ERR Unbalanced 'xread' list of streams: for each stream key an ID, '+', or "
                      "'$' must be specified.");
    }
    request_.first_key = next_ + 1;
    request_.streams = words / 2;
    return true;
  }

  bool ReadGroup() {
    if (!of_group_) {
      return Fail(
          "ERR The GROUP option is only supported by XREADGROUP. You called XREAD instead.");
    }
    group_given_ = true;
    request_.group = call_[next_ + 1];
    request_.consumer = call_[next_ + 2];
    next_ += 2;
    return true;
  }

  bool ReadClaim() {
    int64_t idle_ms = 0;
    if (!ReadStreamInteger(call_, ++next_, idle_ms, "ERR min-idle-time is not an integer")) {
      return false;
    }
    if (idle_ms < 0) return Fail("ERR min-idle-time must be a positive integer");
    request_.claim_idle_ms = idle_ms;
    return true;
  }

  Call& call_;
  bool of_group_;
  size_t next_ = 1;
  bool group_given_ = false;
  StreamReadRequest request_;
};

}  // namespace

std::optional<StreamReadRequest> ReadStreamReadRequest(Call& call, bool of_group) {
  return RequestReader(call, of_group).Read();
}

void WaitForStreams(Call& call, const StreamReadRequest& request,
                    std::vector<std::string> arguments, bool needs_key, int64_t again_ms) {
  const auto reply_null = [](ReplyWriter& reply) { reply.NullArray(); };
  if (!request.deadline_ms || !call.MayBlock()) {
    reply_null(call.reply);
    return;
  }
  call.BlockOnKeys(request.Keys(call), {.type = ValueType::kStream,
                                        .deadline_ms = *request.deadline_ms,
                                        .again_ms = again_ms,
                                        .on_timeout = reply_null,
                                        .arguments = std::move(arguments),
                                        .needs_key = needs_key});
}

}  // namespace kvasir
