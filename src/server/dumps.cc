#include "src/server/dumps.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace kvasir {
namespace {

constexpr size_t kPieceBytes = size_t{256} * 1024;

}  // namespace

struct Dumps::File {
  explicit File(int file_descriptor) : descriptor(file_descriptor) {}
  ~File() { close(descriptor); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  const int descriptor;
  uint64_t bytes = 0;
};

struct Dumps::Transfer {
  Dumps* owner = nullptr;  // nullptr: nobody waits for what is being read
  uint64_t session = 0;
  uint64_t sequence = 0;
  std::shared_ptr<File> file;
  uint64_t offset = 0;
  bool reading = false;
  SharedBytes piece;
  uv_fs_t request{};
};

Dumps::Dumps(uv_loop_t* loop, Way& way) : loop_(loop), way_(way) {}

Dumps::~Dumps() {
  while (!transfers_.empty()) Forget(transfers_.begin()->first);
}

void Dumps::Began(uint64_t sequence) {
  sequence_ = sequence;
  attached_ = std::exchange(waiting_, {});
}

void Dumps::GivenUp() {
  waiting_.insert(waiting_.end(), attached_.begin(), attached_.end());
  attached_.clear();
}

void Dumps::Failed(const Error& error) {
  for (const uint64_t session : std::exchange(attached_, {})) {
    way_.EndDump(session, tl::unexpected(error));
  }
}

void Dumps::Ready(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat facts {};
  const bool opened = descriptor >= 0 && fstat(descriptor, &facts) == 0;
  const std::string reason = opened ? "" : strerror(errno);
  unlink(path.c_str());
  if (!opened) {
    if (descriptor >= 0) close(descriptor);
    return Failed(Error(Errc::kIo, path + ": " + reason));
  }
  const auto file = std::make_shared<File>(descriptor);
  file->bytes = static_cast<uint64_t>(facts.st_size);
  const SharedBytes head = SharedBytes::CopyOf("$" + std::to_string(file->bytes) + "\r\n");
  for (const uint64_t session : std::exchange(attached_, {})) {
    auto transfer = std::make_unique<Transfer>();
    transfer->owner = this;
    transfer->session = session;
    transfer->sequence = sequence_;
    transfer->file = file;
    transfer->request.data = transfer.get();
    Transfer& begun = *transfer;
    transfers_[session] = std::move(transfer);
    way_.SendPiece(session, head, sequence_);
    Read(begun);
  }
}

void Dumps::Read(Transfer& transfer) {
  transfer.piece = SharedBytes::WithCapacity(kPieceBytes);
  const uv_buf_t buffer =
      uv_buf_init(transfer.piece.mutable_data(), static_cast<unsigned>(kPieceBytes));
  transfer.reading = true;
  const int status = uv_fs_read(loop_, &transfer.request, transfer.file->descriptor, &buffer, 1,
                                static_cast<int64_t>(transfer.offset), OnRead);
  if (status == 0) return;
  transfer.reading = false;
  const uint64_t session = transfer.session;
  transfers_.erase(session);
  way_.EndDump(session, Fail(Errc::kIo, uv_strerror(status)));
}

void Dumps::OnRead(uv_fs_t* request) {
  auto* transfer = static_cast<Transfer*>(request->data);
  const ssize_t bytes = request->result;
  uv_fs_req_cleanup(request);
  transfer->reading = false;
  if (transfer->owner == nullptr) {
    delete transfer;
    return;
  }
  transfer->owner->TakePiece(*transfer, bytes);
}

void Dumps::TakePiece(Transfer& transfer, ssize_t bytes) {
  const uint64_t session = transfer.session;
  if (bytes <= 0) {
    const std::string reason =
        bytes == 0 ? "it became shorter" : uv_strerror(static_cast<int>(bytes));
    transfers_.erase(session);
    way_.EndDump(session, Fail(Errc::kIo, reason));
    return;
  }
  transfer.offset += static_cast<uint64_t>(bytes);
  SharedBytes piece = std::exchange(transfer.piece, {});
  piece.set_size(static_cast<size_t>(bytes));
  const bool last = transfer.offset == transfer.file->bytes;
  const uint64_t sequence = transfer.sequence;
  if (last) transfers_.erase(session);
  way_.SendPiece(session, piece, sequence);
  if (last) way_.EndDump(session, {});
}

void Dumps::Drained(uint64_t session) {
  const auto found = transfers_.find(session);
  if (found != transfers_.end() && !found->second->reading) Read(*found->second);
}

void Dumps::Forget(uint64_t session) {
  wishes_.erase(session);
  std::erase(waiting_, session);
  std::erase(attached_, session);
  const auto found = transfers_.find(session);
  if (found == transfers_.end()) return;
  // The thread writes to its memory; OnRead deletes it.
  if (found->second->reading) found->second.release()->owner = nullptr;
  transfers_.erase(found);
}

}  // namespace kvasir
