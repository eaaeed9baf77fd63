// What a database does about the deadlines of its collections' elements.
#include <algorithm>

#include "src/base/clock.h"
#include "src/store/database.h"
#include "src/store/value.h"

namespace kvasir {
namespace {

ElementExpiry* ElementExpiryOf(Entry* entry) {
  if (entry->encoding() != Encoding::kObject) return nullptr;
  return FullForm<Collection>(*entry).element_expiry();
}

}  // namespace

void Database::UnlinkElements(Entry* entry) {
  ElementExpiry* expiry = ElementExpiryOf(entry);
  if (expiry != nullptr && expiry->node.link != nullptr) element_wheel_.Remove(&expiry->node);
}

void Database::LinkElements(Entry* entry) {
  ElementExpiry* expiry = ElementExpiryOf(entry);
  if (expiry == nullptr) return;
  const std::optional<int64_t> next = FullForm<Collection>(*entry).NextElementDeadlineMs();
  if (!next) return;
  expiry->entry = entry;
  expiry->node.deadline_ms = *next;
  element_wheel_.Add(&expiry->node);
}

bool Database::ExpireElements(const Key& key, Position position, size_t max) {
  Entry* entry = position.node();
  std::vector<std::string> names;
  BeforeChange(key.hash);
  UnlinkElements(entry);
  FullForm<Collection>(*entry).TakeDueElements(context_->now_ms, max, names);
  LinkElements(entry);
  return ElementsExpired(key, position, names);
}

bool Database::ElementsExpired(const Key& key, Position position,
                               const std::vector<std::string>& names) {
  if (names.empty()) return true;
  Entry* entry = position.node();
  context_->stats.expired_elements += names.size();
  const bool all_gone = FullForm<Collection>(*entry).Length() == 0;
  if (context_->listener != nullptr) {
    context_->listener->OnElementsExpired(index_, key, names, all_gone);
  }
  Notify(key);
  if (!all_gone) return true;
  // The removal of the last element, as the log has it, removes the key.
  Unlink(key, position);
  Discard(entry);
  return false;
}

bool Database::RemoveExpiredElements(uint64_t until_monotonic_us) {
  // The clock is read once per this many elements, or nodes that hold none.
  constexpr int kStepsPerLook = 64;
  while (element_wheel_.size() != 0) {
    int steps = kStepsPerLook;
    while (ExpiryNode* node = element_wheel_.NextDue(context_->now_ms, &steps)) {
      Entry* entry = ElementExpiry::FromNode(node)->entry;
      const Key key = Key::Of(entry->key());
      const auto lag_ms = static_cast<uint64_t>(context_->now_ms - node->deadline_ms);
      const uint64_t before = context_->stats.expired_elements;
      ExpireElements(key, table_.Find(key.bytes, key.hash), kStepsPerLook);
      const uint64_t removed = context_->stats.expired_elements - before;
      if (removed != 0) context_->element_expiry_lag_ms.Record(lag_ms);
      steps -= static_cast<int>(removed);
      if (steps <= 0) break;
    }
    if (steps > 0) return false;
    if (MonotonicUs() >= until_monotonic_us) return true;
  }
  return false;
}

std::optional<int64_t> Database::NextExpiryWakeMs() const {
  const std::optional<int64_t> keys = wheel_.NextWakeMs();
  const std::optional<int64_t> elements = element_wheel_.NextWakeMs();
  if (!keys || !elements) return keys ? keys : elements;
  return std::min(*keys, *elements);
}

}  // namespace kvasir
