#include "protocol/push_message.h"

#include <cstring>

#include "src/base/number.h"

namespace kvasir {
namespace {

constexpr size_t kArrayHeaderBytes = 4;                     // "*3\r\n"
constexpr size_t kBulkOverheadMax = 1 + kInt64TextMax + 4;  // "$", the length, two line ends

char* EndLine(char* out) {
  *out++ = '\r';
  *out++ = '\n';
  return out;
}

}  // namespace

PushMessage::PushMessage(std::initializer_list<std::string_view> parts, size_t receivers) {
  bytes_ = kArrayHeaderBytes;
  for (const std::string_view part : parts) {
    parts_[count_++] = part;
    bytes_ += kBulkOverheadMax + part.size();
  }
  copied_ = receivers <= kCopiesMax && bytes_ <= OutputBuffer::kReserveMax;
}

char* PushMessage::Encode(char* out, bool resp3) const {
  *out++ = resp3 ? '>' : '*';
  *out++ = static_cast<char>('0' + count_);
  out = EndLine(out);
  for (size_t i = 0; i < count_; ++i) {
    *out++ = '$';
    out += FormatInt64(static_cast<int64_t>(parts_[i].size()), out);
    out = EndLine(out);
    if (!parts_[i].empty()) memcpy(out, parts_[i].data(), parts_[i].size());
    out = EndLine(out + parts_[i].size());
  }
  return out;
}

void PushMessage::AppendTo(OutputBuffer& out, bool resp3) {
  if (copied_) {
    char* place = out.Reserve(bytes_);
    out.Commit(static_cast<size_t>(Encode(place, resp3) - place));
    return;
  }
  SharedBytes& form = forms_[resp3 ? 1 : 0];
  if (!form) {
    form = SharedBytes::WithCapacity(bytes_);
    char* place = form.mutable_data();
    form.set_size(static_cast<size_t>(Encode(place, resp3) - place));
  }
  out.AppendFanned(form);
}

}  // namespace kvasir
