#include "protocol/reply_writer.h"

#include <string>

#include "src/base/number.h"

namespace kvasir {
namespace {

constexpr size_t kHeaderBytesMax = 1 + kInt64TextMax + 2;

size_t WriteHeader(char* out, char kind, int64_t value) {
  out[0] = kind;
  const size_t digits = FormatInt64(value, out + 1);
  out[1 + digits] = '\r';
  out[2 + digits] = '\n';
  return digits + 3;
}

}  // namespace

void ReplyWriter::Header(char kind, size_t count) {
  char* out = out_->Reserve(kHeaderBytesMax);
  out_->Commit(WriteHeader(out, kind, static_cast<int64_t>(count)));
}

void ReplyWriter::Status(std::string_view text) {
  out_->Append("+");
  out_->Append(text);
  out_->Append("\r\n");
}

void ReplyWriter::Error(std::string_view text) {
  std::string line(text);
  for (char& c : line) {
    if (c == '\r' || c == '\n') c = ' ';
  }
  out_->Append("-");
  out_->Append(line);
  out_->Append("\r\n");
}

void ReplyWriter::Integer(int64_t value) {
  char* out = out_->Reserve(kHeaderBytesMax);
  out_->Commit(WriteHeader(out, ':', value));
}

void ReplyWriter::Bulk(std::string_view bytes) {
  constexpr size_t kSmall = OutputBuffer::kReserveMax - kHeaderBytesMax - 2;
  char* out = out_->Reserve(OutputBuffer::kReserveMax);
  size_t used = WriteHeader(out, '$', static_cast<int64_t>(bytes.size()));
  if (bytes.size() > kSmall) {
    out_->Commit(used);
    out_->Append(bytes);
    out_->Append("\r\n");
    return;
  }
  if (!bytes.empty()) memcpy(out + used, bytes.data(), bytes.size());
  used += bytes.size();
  out[used] = '\r';
  out[used + 1] = '\n';
  out_->Commit(used + 2);
}

void ReplyWriter::BulkShared(const SharedBytes& bytes) {
  Header('$', bytes.size());
  out_->AppendShared(bytes);
  out_->Append("\r\n");
}

void ReplyWriter::BulkInteger(int64_t value) {
  char digits[kInt64TextMax];
  Bulk({digits, FormatInt64(value, digits)});
}

void ReplyWriter::Boolean(bool value) {
  if (resp3_) {
    out_->Append(value ? "#t\r\n" : "#f\r\n");
  } else {
    Integer(value ? 1 : 0);
  }
}

void ReplyWriter::Double(double value) {
  const std::string text = FormatDouble(value);
  if (!resp3_) {
    Bulk(text);
    return;
  }
  out_->Append(",");
  out_->Append(text);
  out_->Append("\r\n");
}

void ReplyWriter::BigNumber(std::string_view digits) {
  if (!resp3_) {
    Bulk(digits);
    return;
  }
  out_->Append("(");
  out_->Append(digits);
  out_->Append("\r\n");
}

void ReplyWriter::Verbatim(std::string_view format, std::string_view text) {
  if (!resp3_) {
    Bulk(text);
    return;
  }
  Header('=', text.size() + 4);
  out_->Append(format);
  out_->Append(":");
  out_->Append(text);
  out_->Append("\r\n");
}

void ReplyWriter::Map(size_t pairs) {
  if (resp3_) {
    Header('%', pairs);
  } else {
    Header('*', pairs * 2);
  }
}

}  // namespace kvasir
