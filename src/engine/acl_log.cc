#include "src/engine/acl_log.h"

#include <algorithm>
#include <utility>

namespace kvasir {
namespace {

constexpr int64_t kAlikeWithinMs = 60'000;
constexpr size_t kComparedMax = 10;

bool Alike(const AclLog::Record& record, const AclLog::Event& event, int64_t now_ms) {
  const AclLog::Event& known = record.event;
  return known.reason == event.reason && known.context == event.context &&
         now_ms - record.updated_ms <= kAlikeWithinMs && known.object == event.object &&
         known.user == event.user;
}

}  // namespace

void AclLog::Add(Event event, int64_t now_ms) {
  if (max_ == 0) {
    records_.clear();
    return;
  }
  const auto end =
      records_.begin() + static_cast<ptrdiff_t>(std::min(records_.size(), kComparedMax));
  const auto known = std::find_if(
      records_.begin(), end, [&](const Record& record) { return Alike(record, event, now_ms); });
  if (known == end) {
    records_.push_front({std::move(event), 1, next_id_++, now_ms, now_ms});
  } else {
    known->event.client = std::move(event.client);
    known->updated_ms = now_ms;
    ++known->count;
    std::rotate(records_.begin(), known, known + 1);
  }
  if (records_.size() > max_) records_.resize(max_);
}

// What is beyond goes with the next event, as in Redis.
void AclLog::set_max(size_t records) { max_ = records; }

}  // namespace kvasir
