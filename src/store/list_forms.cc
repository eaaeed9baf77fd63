#include "src/store/list_forms.h"

#include <memory>
#include <utility>

namespace kvasir {

void GrowList(Entry& entry, const ListNodeLimit& limit, size_t bytes, size_t count) {
  if (!IsSmallList(entry)) return;
  ListNode node;
  {
    const SmallListEdit edit(entry);
    const bool fits = ListNodeLimit::ListpackBytes(edit.node) + bytes <= limit.bytes &&
                      edit.node.count() + count <= limit.count;
    if (fits) return;
  }
  {
    SmallListEdit edit(entry);
    node = std::move(edit.node);
  }
  SetFullForm(entry, std::make_unique<FullList>(std::move(node)));
}

void ShrinkList(Entry& entry, const ListNodeLimit& limit) {
  if (IsSmallList(entry)) return;
  FullList& list = FullListOf(entry);
  // A list that is on its way into a snapshot waits until it is there.
  if (list.node_count() != 1 || list.in_cut()) return;
  const ListNode& only = list.first();
  if (ListNodeLimit::ListpackBytes(only) * 2 > limit.bytes || only.count() * 2 > limit.count) {
    return;
  }
  ListNode node = std::move(list.first());
  node.Trim();
  delete static_cast<Collection*>(entry.pointer());
  entry.set_encoding(Encoding::kPacked);
  entry.set_pointer(node.ReleaseRaw());
}

void* CloneSmallList(const Entry& entry) { return SmallListEdit(entry).node.Clone().ReleaseRaw(); }
void DestroySmallList(void* raw) { ListNode::DestroyRaw(raw); }
size_t SmallListMemoryBytes(const Entry& entry) {
  return SmallListEdit(entry).node.AllocatedBytes();
}

}  // namespace kvasir
