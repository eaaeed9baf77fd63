#include "src/commands/stream_trim_request.h"

#include <algorithm>

#include "src/base/text.h"
#include "src/commands/stream_reply.h"

namespace kvasir {
namespace {

class TrimReader {
 public:
  TrimReader(Call& call, bool add, StreamTrimRequest& request)
      : call_(call), add_(add), request_(request) {}

  bool Read() {
    for (; next_ < call_.size() && request_.id_at == 0; ++next_) {
      if (!ReadOne()) return false;
    }
    return Check();
  }

 private:
  bool Fail(std::string_view error) {
    call_.Error(error);
    return false;
  }
  bool Is(std::string_view word) const { return EqualsIgnoreCase(call_[next_], word); }

  bool ReadOne() {
    const bool more = next_ + 1 < call_.size();
    if (add_ && call_[next_] == "*") {
      request_.id_at = next_;
      return true;
    }
    if (more && Is("MAXLEN")) return ReadThreshold(StreamTrim::By::kLength);
    if (more && Is("MINID")) return ReadThreshold(StreamTrim::By::kId);
    if (more && Is("LIMIT")) return ReadLimit();
    if (add_ && Is("NOMKSTREAM")) {
      request_.no_create = true;
      return true;
    }
    if (add_ && next_ + 2 < call_.size() && Is("IDMP")) return ReadProducer("IDMP", true);
    if (add_ && more && Is("IDMPAUTO")) return ReadProducer("IDMPAUTO", false);
    if (const auto references = ParseStreamReferences(call_[next_])) {
      if (request_.references_given) return Fail(errors::kSyntax);
      request_.references_given = true;
      request_.references = *references;
      return true;
    }
    return add_ ? ReadId() : Fail(errors::kSyntax);
  }

  bool ReadThreshold(StreamTrim::By by) {
    if (request_.trim) {
      return Fail("ERR syntax error, MAXLEN and MINID options at the same time are not compatible");
    }
    StreamTrim trim{.by = by};
    ++next_;
    if (next_ + 1 < call_.size() && (call_[next_] == "~" || call_[next_] == "=")) {
      trim.whole_nodes = call_[next_] == "~";
      ++next_;
    }
    if (by == StreamTrim::By::kId) {
      if (!ReadStreamId(call_, next_, trim.least)) return false;
    } else {
      int64_t length = 0;
      if (!ReadStreamInteger(call_, next_, length)) return false;
      if (length < 0) return Fail("ERR The MAXLEN argument must be >= 0.");
      trim.length = static_cast<uint64_t>(length);
    }
    request_.trim = trim;
    return true;
  }

  bool ReadLimit() {
    int64_t limit = 0;
    if (!ReadStreamInteger(call_, ++next_, limit)) return false;
    if (limit < 0) return Fail("ERR The LIMIT argument must be >= 0.");
    limit_ = static_cast<uint64_t>(limit);
    return true;
  }

  bool ReadProducer(std::string_view word, bool with_id) {
    if (!request_.producer.empty()) return Fail("ERR IDMP/IDMPAUTO specified multiple times");
    request_.producer = call_[++next_];
    if (request_.producer.empty()) {
      return Fail("ERR " + std::string(word) + " requires a non-empty producer ID");
    }
    if (!with_id) return true;
    request_.idempotent_id = call_[++next_];
    return !request_.idempotent_id.empty() || Fail("ERR IDMP requires a non-empty idempotent ID");
  }

  // "5-1", "5", or "5-*".
  bool ReadId() {
    std::string_view text = call_[next_];
    request_.sequence_given = !text.ends_with("-*");
    if (!request_.sequence_given) text.remove_suffix(2);
    const bool two_numbers = text.find('-') != std::string_view::npos;
    request_.id = ParseStreamId(text, 0);
    if (!request_.id || (!request_.sequence_given && two_numbers)) return Fail(kInvalidStreamId);
    request_.id_at = next_;
    return true;
  }

  bool Check() {
    if (!request_.producer.empty() && request_.id) {
      return Fail("ERR IDMP/IDMPAUTO can be used only with auto-generated IDs");
    }
    if (limit_.value_or(0) != 0 && !request_.trim) {
      return Fail("ERR syntax error, LIMIT cannot be used without specifying a trimming strategy");
    }
    if (!add_ && !request_.trim) {
      return Fail("ERR syntax error, XTRIM must be called with a trimming strategy");
    }
    // In the log thresholds are exact, and say by themselves how much goes.
    if (!request_.trim || call_.session().is_replay) return true;
    if (limit_ && !request_.trim->whole_nodes) {
      return Fail("ERR syntax error, LIMIT cannot be used without the special ~ option");
    }
    if (request_.trim->whole_nodes) request_.trim->limit = limit_.value_or(DefaultLimit());
    return true;
  }

  uint64_t DefaultLimit() const {
    constexpr int64_t kLimitMax = 1'000'000;
    constexpr int64_t kLimitOfUnlimitedNodes = 10'000;
    constexpr int64_t kNodes = 100;
    const int64_t entries = call_.keyspace().context().limits.stream_node_max_entries;
    if (entries <= 0) return kLimitOfUnlimitedNodes;
    return static_cast<uint64_t>(std::min(entries, kLimitMax / kNodes) * kNodes);
  }

  Call& call_;
  bool add_;
  StreamTrimRequest& request_;
  size_t next_ = 2;
  std::optional<uint64_t> limit_;
};

// The ids that Stream::Trim removes, and perhaps more behind them.
std::vector<StreamId> IdsToTrim(const Stream& stream, const StreamTrim& trim) {
  std::vector<StreamId> ids;
  const bool by_length = trim.by == StreamTrim::By::kLength;
  if (by_length && stream.Length() <= trim.length) return ids;
  const uint64_t most = by_length ? stream.Length() - trim.length : stream.Length();
  StreamCursor cursor(stream, kStreamIdMin, kStreamIdMax, false);
  for (StreamEntry entry; ids.size() < most && cursor.Next(entry);) {
    if (!by_length && entry.id >= trim.least) break;
    ids.push_back(entry.id);
  }
  return ids;
}

// The same trim with a threshold that says exactly what it did.
std::vector<std::string> ExactTrim(Call& call, const Stream& stream, StreamTrim::By by) {
  if (by == StreamTrim::By::kLength || stream.Length() == 0) {
    return {"XTRIM", std::string(call[1]), "MAXLEN", "=", std::to_string(stream.Length())};
  }
  return {"XTRIM", std::string(call[1]), "MINID", "=", StreamIdString(stream.first_id())};
}

// Removes what no group needs any more, from the front until the stream is short enough. These
// count as deleted by name: what stays in front of them must not be taken for the first entry.
size_t TrimAcknowledged(Call& call, Stream& stream, const StreamTrim& trim,
                        std::vector<std::vector<std::string>>& log) {
  const bool by_length = trim.by == StreamTrim::By::kLength;
  if (by_length && stream.Length() <= trim.length) return 0;
  uint64_t excess = by_length ? stream.Length() - trim.length : UINT64_MAX;
  if (trim.limit != 0) excess = std::min(excess, trim.limit);
  std::vector<StreamId> ids;
  StreamCursor cursor(stream, kStreamIdMin, kStreamIdMax, false);
  for (StreamEntry entry; ids.size() < excess && cursor.Next(entry);) {
    if (!by_length && entry.id >= trim.least) break;
    if (!stream.IsReferenced(entry.id)) ids.push_back(entry.id);
  }
  for (const StreamId& id : ids) stream.Erase(id);
  if (!ids.empty()) log.push_back(CommandWithIds({"XDEL", std::string(call[1])}, ids));
  return ids.size();
}

}  // namespace

bool ReadStreamTrim(Call& call, bool add, StreamTrimRequest& request) {
  return TrimReader(call, add, request).Read();
}

size_t RunStreamTrim(Call& call, Stream& stream, const StreamTrimRequest& request,
                     std::vector<std::vector<std::string>>& log) {
  const StreamTrim& trim = *request.trim;
  if (request.references == StreamReferences::kAcked) {
    return TrimAcknowledged(call, stream, trim, log);
  }
  std::vector<StreamId> ids;
  const bool drop = request.references == StreamReferences::kDelete && !stream.groups().empty();
  if (drop) ids = IdsToTrim(stream, trim);
  const size_t gone = TrimStream(call.database(), stream, trim);
  if (gone == 0) return 0;
  log.push_back(ExactTrim(call, stream, trim.by));
  if (drop) {
    ids.resize(gone);
    DropStreamReferences(call, stream, ids, log);
  }
  return gone;
}

}  // namespace kvasir
