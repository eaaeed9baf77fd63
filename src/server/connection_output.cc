// The way out of a connection: replies wait for the log, then leave with one write per tick.
#include <algorithm>
#include <array>
#include <span>

#include "src/server/connection.h"
#include "src/server/server.h"

namespace kvasir {
namespace {

// Pieces handed to one write.
constexpr size_t kPiecesPerWrite = 64;

// So much of a piece goes into one buffer: libuv makes them with a size of 32 bits.
constexpr size_t kPieceBytesMax = size_t{1} << 30;

// The first pieces of `output`, `limit` bytes at most, as libuv takes them.
size_t GatherBuffers(OutputBuffer& output, size_t limit, std::span<uv_buf_t> buffers,
                     size_t& bytes) {
  std::array<std::string_view, kPiecesPerWrite> pieces;
  const size_t count = output.Gather(pieces);
  size_t used = 0;
  bytes = 0;
  for (; used < count && bytes < limit; ++used) {
    const size_t size = std::min({pieces[used].size(), limit - bytes, kPieceBytesMax});
    buffers[used] =
        uv_buf_init(const_cast<char*>(pieces[used].data()), static_cast<unsigned>(size));
    bytes += size;
    if (size == kPieceBytesMax) return used + 1;
  }
  return used;
}

}  // namespace

void Connection::Flush(uint64_t releasable) {
  if (closing_) return;
  const size_t added = output.size() - accounted_bytes_;
  if (added > 0) {
    // D1, D2: replies leave in order, so one that waits holds up those behind it.
    if (depends_on > releasable || !marks_.empty()) {
      marks_.push_back({added, depends_on});
    } else {
      released_bytes_ += added;
    }
    accounted_bytes_ = output.size();
  }
  depends_on = 0;
  SettleMarks(releasable);
  WriteReleased();
}

void Connection::SettleMarks(uint64_t releasable) {
  while (!marks_.empty() && marks_.front().sequence <= releasable) {
    released_bytes_ += marks_.front().bytes;
    marks_.pop_front();
  }
}

void Connection::Sent(size_t bytes) {
  output.Consume(bytes);
  accounted_bytes_ -= bytes;
  released_bytes_ -= bytes;
  output_bytes += bytes;
  server_.engine().statistics().output_bytes += bytes;
}

void Connection::WriteReleased() {
  while (released_bytes_ > 0 && !writing_) {
    std::array<uv_buf_t, kPiecesPerWrite> buffers;
    size_t bytes = 0;
    const size_t count = GatherBuffers(output, released_bytes_, buffers, bytes);
    const int sent = uv_try_write(stream(), buffers.data(), static_cast<unsigned>(count));
    ++server_.engine().statistics().writes_processed;
    if (sent > 0) Sent(static_cast<size_t>(sent));
    const bool full = sent == UV_EAGAIN || (sent >= 0 && static_cast<size_t>(sent) < bytes);
    if ((sent < 0 && !full) || (full && !StartWrite())) {
      Close();
      return;
    }
  }
  AfterOutput();
}

// Hands what is released to libuv, to be sent when the socket takes more.
bool Connection::StartWrite() {
  std::array<uv_buf_t, kPiecesPerWrite> buffers;
  const size_t count = GatherBuffers(output, released_bytes_, buffers, writing_bytes_);
  writing_ = true;
  return uv_write(&write_request_, stream(), buffers.data(), static_cast<unsigned>(count),
                  OnWritten) == 0;
}

void Connection::OnWritten(uv_write_t* request, int status) {
  auto* self = static_cast<Connection*>(request->data);
  self->writing_ = false;
  if (self->closing_) return;
  if (status != 0) {
    self->Close();
    return;
  }
  self->Sent(self->writing_bytes_);
  self->WriteReleased();
}

// Output may have become small enough to go on reading, or empty, so that a leaving client can go.
void Connection::AfterOutput() {
  if (closing_) return;
  if (close_after_reply && output.empty()) {
    Close();
    return;
  }
  UpdateReading();
  if (awaits_dump && output.empty()) server_.DumpDrained(*this);
  if (input_stalled_ && MayRun()) server_.Resume(*this);
}

}  // namespace kvasir
