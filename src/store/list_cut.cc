#include "src/store/list_cut.h"

namespace kvasir {

void ListCut::Take(const ListNode& taken_node, size_t& taken) {
  ListNode scratch;
  const ListNode& node = Plain(taken_node, scratch);
  for (const char* at = node.begin(); at != node.end();) {
    const char* const next = node.Next(at);
    sink_.ListElement(ReadElement(at));
    at = next;
  }
  taken += node.count();
  ++next_;
}

void ListCut::TakeKept(size_t max, size_t& taken) {
  while (taken < max && !kept_.empty() && kept_.begin()->first == next_) {
    Take(kept_.begin()->second, taken);
    kept_.erase(kept_.begin());
  }
}

}  // namespace kvasir
