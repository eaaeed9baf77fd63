#include "tests/support/fault_file_system.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace kvasir {
namespace {

constexpr size_t kSectorBytes = 512;

std::pair<std::string, std::string> SplitPath(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return {".", path};
  return {path.substr(0, slash), path.substr(slash + 1)};
}

}  // namespace

class FaultAppendFile final : public AppendFile {
 public:
  FaultAppendFile(FaultFileSystem& files, std::string path,
                  std::shared_ptr<FaultFileSystem::Node> node, uint64_t generation)
      : files_(files), path_(std::move(path)), node_(std::move(node)), generation_(generation) {}
  Result<void> Append(std::span<const std::string_view> pieces) override {
    return files_.Append(path_, *node_, generation_, pieces);
  }
  Result<void> SyncData() override { return files_.SyncData(path_, *node_, generation_); }
  Result<void> Truncate(uint64_t size) override {
    return files_.Truncate(path_, *node_, generation_, size);
  }
  Result<uint64_t> Size() override { return files_.SizeOf(*node_); }

 private:
  FaultFileSystem& files_;
  const std::string path_;
  const std::shared_ptr<FaultFileSystem::Node> node_;
  const uint64_t generation_;
};

class FaultReadFile final : public ReadFile {
 public:
  FaultReadFile(FaultFileSystem& files, std::string path,
                std::shared_ptr<FaultFileSystem::Node> node)
      : files_(files), path_(std::move(path)), node_(std::move(node)) {}
  Result<size_t> ReadAt(uint64_t offset, char* out, size_t size) override {
    return files_.ReadAt(path_, *node_, offset, out, size);
  }
  Result<uint64_t> Size() override { return files_.SizeOf(*node_); }

 private:
  FaultFileSystem& files_;
  const std::string path_;
  const std::shared_ptr<FaultFileSystem::Node> node_;
};

class FaultLock final : public FileLock {
 public:
  FaultLock(FaultFileSystem& files, std::string path) : files_(files), path_(std::move(path)) {}
  ~FaultLock() override {
    MutexLock lock(files_.mutex_);
    files_.locks_.erase(path_);
  }

 private:
  FaultFileSystem& files_;
  const std::string path_;
};

FaultFileSystem::FaultFileSystem() {
  MutexLock lock(mutex_);
  directories_["."];
}

void FaultFileSystem::Fail(Op op, uint64_t nth, Errc code, uint64_t times) {
  MutexLock lock(mutex_);
  const auto i = static_cast<size_t>(op);
  const uint64_t first = calls_[i] + nth;
  faults_[i] = {first, times > UINT64_MAX - first ? UINT64_MAX : first + times - 1, code};
}

void FaultFileSystem::ClearFaults() {
  MutexLock lock(mutex_);
  for (auto& fault : faults_) fault.reset();
}

void FaultFileSystem::SetCapacity(uint64_t bytes) {
  MutexLock lock(mutex_);
  capacity_ = bytes;
}

void FaultFileSystem::HoldSyncs(bool hold) {
  MutexLock lock(mutex_);
  hold_syncs_ = hold;
  released_.NotifyAll();
}

void FaultFileSystem::StopAfter(uint64_t count) {
  MutexLock lock(mutex_);
  stop_at_ = changes_ + count;
}

bool FaultFileSystem::stopped() const {
  MutexLock lock(mutex_);
  return changes_ >= stop_at_;
}

uint64_t FaultFileSystem::changes() const {
  MutexLock lock(mutex_);
  return changes_;
}

uint64_t FaultFileSystem::syncs() const {
  MutexLock lock(mutex_);
  return calls_[static_cast<size_t>(Op::kSync)];
}

Result<void> FaultFileSystem::Begin(Op op, const std::string& path) {
  if (op != Op::kRead) {
    if (changes_ >= stop_at_) return kvasir::Fail(Errc::kIo, path + ": the power is gone");
    ++changes_;
  }
  const auto i = static_cast<size_t>(op);
  ++calls_[i];
  const std::optional<Fault>& fault = faults_[i];
  if (!fault || calls_[i] < fault->first || calls_[i] > fault->last) return {};
  return kvasir::Fail(fault->code, path + ": as the test wants it");
}

Result<FaultFileSystem::Directory*> FaultFileSystem::DirectoryOf(const std::string& path,
                                                                 std::string& name) {
  auto [directory, file] = SplitPath(path);
  name = std::move(file);
  const auto found = directories_.find(directory);
  if (found == directories_.end()) return kvasir::Fail(Errc::kNotFound, path + ": no directory");
  return &found->second;
}

FaultFileSystem::NodePtr FaultFileSystem::Find(const std::string& path) const {
  const auto [directory, name] = SplitPath(path);
  const auto found = directories_.find(directory);
  if (found == directories_.end()) return nullptr;
  const auto node = found->second.seen.find(name);
  return node == found->second.seen.end() ? nullptr : node->second;
}

uint64_t FaultFileSystem::UsedBytes() const {
  uint64_t used = 0;
  for (const auto& [path, directory] : directories_) {
    for (const auto& [name, node] : directory.seen) used += node->seen.size();
  }
  return used;
}

void FaultFileSystem::Apply(std::map<std::string, NodePtr>& names, const Change& change) {
  if (!change.also_removed.empty()) names.erase(change.also_removed);
  if (change.node == nullptr) {
    names.erase(change.name);
  } else {
    names[change.name] = change.node;
  }
}

Result<std::unique_ptr<AppendFile>> FaultFileSystem::OpenAppend(const std::string& path, Open how) {
  MutexLock lock(mutex_);
  NodePtr node = Find(path);
  if (node == nullptr && how == Open::kExisting) return kvasir::Fail(Errc::kNotFound, path);
  // Opening an existing file changes nothing, but may fail like the rest.
  if (Result<void> begun = Begin(Op::kOpen, path); !begun) return tl::unexpected(begun.error());
  if (node == nullptr) {
    std::string name;
    Result<Directory*> directory = DirectoryOf(path, name);
    if (!directory) return tl::unexpected(directory.error());
    node = std::make_shared<Node>();
    (*directory)->changes.push_back({name, node, {}});
    (*directory)->seen[name] = node;
  } else if (how == Open::kReplace) {
    node->seen.clear();
  }
  return std::make_unique<FaultAppendFile>(*this, path, node, generation_);
}

Result<std::unique_ptr<ReadFile>> FaultFileSystem::OpenRead(const std::string& path) {
  MutexLock lock(mutex_);
  NodePtr node = Find(path);
  if (node == nullptr) return kvasir::Fail(Errc::kNotFound, path + ": not there");
  return std::make_unique<FaultReadFile>(*this, path, node);
}

Result<bool> FaultFileSystem::Exists(const std::string& path) {
  MutexLock lock(mutex_);
  return Find(path) != nullptr || directories_.contains(path);
}

Result<std::vector<std::string>> FaultFileSystem::List(const std::string& directory) {
  MutexLock lock(mutex_);
  const auto found = directories_.find(directory);
  if (found == directories_.end()) return kvasir::Fail(Errc::kNotFound, directory);
  std::vector<std::string> names;
  for (const auto& [name, node] : found->second.seen) names.push_back(name);
  return names;
}

Result<void> FaultFileSystem::MakeDirectory(const std::string& path) {
  MutexLock lock(mutex_);
  if (directories_.contains(path)) return kvasir::Fail(Errc::kExists, path);
  if (Result<void> begun = Begin(Op::kMakeDirectory, path); !begun) return begun;
  std::string name;
  Result<Directory*> parent = DirectoryOf(path, name);
  if (!parent) return tl::unexpected(parent.error());
  auto marker = std::make_shared<Node>();
  (*parent)->seen[name] = marker;
  (*parent)->changes.push_back({name, marker, {}});
  directories_[path];
  return {};
}

Result<void> FaultFileSystem::Rename(const std::string& from, const std::string& to) {
  MutexLock lock(mutex_);
  if (Result<void> begun = Begin(Op::kRename, to); !begun) return begun;
  NodePtr node = Find(from);
  if (node == nullptr) return kvasir::Fail(Errc::kNotFound, from);
  std::string from_name;
  std::string to_name;
  Result<Directory*> source = DirectoryOf(from, from_name);
  Result<Directory*> target = DirectoryOf(to, to_name);
  if (!source || !target) return kvasir::Fail(Errc::kNotFound, to);
  Change change = {to_name, node, *source == *target ? from_name : std::string()};
  Apply((*target)->seen, change);
  (*target)->changes.push_back(std::move(change));
  if (*source != *target) {
    (*source)->seen.erase(from_name);
    (*source)->changes.push_back({from_name, nullptr, {}});
  }
  return {};
}

Result<void> FaultFileSystem::Unlink(const std::string& path) {
  MutexLock lock(mutex_);
  if (Result<void> begun = Begin(Op::kUnlink, path); !begun) return begun;
  if (Find(path) == nullptr) return kvasir::Fail(Errc::kNotFound, path);
  std::string name;
  Result<Directory*> directory = DirectoryOf(path, name);
  (*directory)->seen.erase(name);
  (*directory)->changes.push_back({name, nullptr, {}});
  return {};
}

Result<void> FaultFileSystem::RemoveDirectory(const std::string& path) {
  MutexLock lock(mutex_);
  if (Result<void> begun = Begin(Op::kUnlink, path); !begun) return begun;
  const auto found = directories_.find(path);
  if (found == directories_.end()) return kvasir::Fail(Errc::kNotFound, path);
  if (!found->second.seen.empty()) return kvasir::Fail(Errc::kIo, path + ": not empty");
  std::string name;
  Result<Directory*> parent = DirectoryOf(path, name);
  (*parent)->seen.erase(name);
  (*parent)->changes.push_back({name, nullptr, {}});
  directories_.erase(found);
  return {};
}

Result<void> FaultFileSystem::SyncDirectory(const std::string& path) {
  MutexLock lock(mutex_);
  if (Result<void> begun = Begin(Op::kSyncDirectory, path); !begun) return begun;
  const auto found = directories_.find(path);
  if (found == directories_.end()) return kvasir::Fail(Errc::kNotFound, path);
  found->second.synced = found->second.seen;
  found->second.changes.clear();
  return {};
}

Result<std::unique_ptr<FileLock>> FaultFileSystem::Lock(const std::string& path) {
  MutexLock lock(mutex_);
  if (!locks_.insert(path).second) return kvasir::Fail(Errc::kLocked, path + ": locked");
  return std::make_unique<FaultLock>(*this, path);
}

Result<void> FaultFileSystem::Append(const std::string& path, Node& node, uint64_t generation,
                                     std::span<const std::string_view> pieces) {
  MutexLock lock(mutex_);
  if (generation != generation_) return kvasir::Fail(Errc::kIo, path + ": of before the crash");
  std::string bytes;
  for (std::string_view piece : pieces) bytes += piece;
  if (Result<void> begun = Begin(Op::kWrite, path); !begun) {
    // A write that fails, or during which the power goes, has got some way.
    node.seen += bytes.substr(0, bytes.size() / 2);
    return begun;
  }
  const uint64_t used = UsedBytes();
  const uint64_t room = capacity_ - std::min(used, capacity_);
  node.seen += bytes.substr(0, std::min<uint64_t>(room, bytes.size()));
  if (room < bytes.size()) return kvasir::Fail(Errc::kNoSpace, path + ": no space left on device");
  return {};
}

Result<void> FaultFileSystem::SyncData(const std::string& path, Node& node, uint64_t generation) {
  MutexLock lock(mutex_);
  while (hold_syncs_) released_.Wait(mutex_);
  if (generation != generation_) return kvasir::Fail(Errc::kIo, path + ": of before the crash");
  if (Result<void> begun = Begin(Op::kSync, path); !begun) return begun;
  node.synced = node.seen;
  return {};
}

Result<void> FaultFileSystem::Truncate(const std::string& path, Node& node, uint64_t generation,
                                       uint64_t size) {
  MutexLock lock(mutex_);
  if (generation != generation_) return kvasir::Fail(Errc::kIo, path + ": of before the crash");
  if (Result<void> begun = Begin(Op::kTruncate, path); !begun) return begun;
  node.seen.resize(size);
  return {};
}

Result<size_t> FaultFileSystem::ReadAt(const std::string& path, const Node& node, uint64_t offset,
                                       char* out, size_t size) {
  MutexLock lock(mutex_);
  if (Result<void> begun = Begin(Op::kRead, path); !begun) return tl::unexpected(begun.error());
  if (offset >= node.seen.size()) return size_t{0};
  const size_t part = std::min<size_t>(size, node.seen.size() - offset);
  memcpy(out, node.seen.data() + offset, part);
  return part;
}

uint64_t FaultFileSystem::SizeOf(const Node& node) const {
  MutexLock lock(mutex_);
  return node.seen.size();
}

std::string FaultFileSystem::Content(const std::string& path) const {
  MutexLock lock(mutex_);
  const NodePtr node = Find(path);
  if (node == nullptr) abort();
  return node->seen;
}

void FaultFileSystem::Overwrite(const std::string& path, const std::string& content) {
  MutexLock lock(mutex_);
  const auto [directory, name] = SplitPath(path);
  auto node = std::make_shared<Node>(Node{content, content});
  directories_[directory].seen[name] = node;
  directories_[directory].synced[name] = node;
  if (directory != ".") {
    auto marker = std::make_shared<Node>();
    const auto [parent, own] = SplitPath(directory);
    directories_[parent].seen.emplace(own, marker);
    directories_[parent].synced.emplace(own, marker);
  }
}

void FaultFileSystem::Crash(Loss loss, uint64_t seed) {
  MutexLock lock(mutex_);
  random_.seed(seed);
  ++generation_;
  stop_at_ = UINT64_MAX;
  for (auto& fault : faults_) fault.reset();
  locks_.clear();
  std::set<Node*> nodes;
  for (auto& [path, directory] : directories_) {
    for (auto& [name, node] : directory.seen) nodes.insert(node.get());
    for (auto& [name, node] : directory.synced) nodes.insert(node.get());
    for (Change& change : directory.changes) {
      if (change.node != nullptr) nodes.insert(change.node.get());
    }
  }
  // In an order that the seed decides, not the addresses.
  std::vector<Node*> ordered(nodes.begin(), nodes.end());
  std::sort(ordered.begin(), ordered.end(), [](const Node* a, const Node* b) {
    return std::tie(a->seen, a->synced) < std::tie(b->seen, b->synced);
  });
  for (Node* node : ordered) CrashFile(*node, loss);
  for (auto& [path, directory] : directories_) CrashDirectory(directory, loss);
  // A directory whose own entry was lost is gone with all in it.
  for (auto it = directories_.begin(); it != directories_.end();) {
    it = it->first == "." || Find(it->first) != nullptr ? std::next(it) : directories_.erase(it);
  }
}

void FaultFileSystem::CrashFile(Node& node, Loss loss) {
  if (loss == Loss::kMixed) loss = static_cast<Loss>(random_() % 6);
  const size_t kept = std::min(node.seen.size(), node.synced.size());
  std::string left = node.seen.substr(0, kept);
  // What was synced and cut since may come back; what was changed in place does not occur.
  if (loss == Loss::kAll || node.seen.size() < node.synced.size()) left = node.synced;
  const std::string_view fresh = std::string_view(node.seen).substr(kept);
  if (loss == Loss::kNone) left = node.seen;
  if (loss == Loss::kKeepPrefix) left += fresh.substr(0, random_() % (fresh.size() + 1));
  if (loss == Loss::kZeros) left.append(fresh.size(), '\0');
  if (loss == Loss::kGarbage) {
    for (size_t i = 0; i < fresh.size(); ++i) left += static_cast<char>(random_());
  }
  if (loss == Loss::kTornSectors) {
    bool keep = true;
    for (size_t i = 0; i < fresh.size(); ++i) {
      if (i == 0 || (kept + i) % kSectorBytes == 0) keep = random_() % 2 == 0;
      left += keep ? fresh[i] : '\0';
    }
  }
  node.seen = node.synced = left;
}

void FaultFileSystem::CrashDirectory(Directory& directory, Loss loss) {
  // Changes of one directory may reach the disk in any order.
  for (const Change& change : directory.changes) {
    const bool maybe = loss == Loss::kMixed && random_() % 2 == 0;
    if (loss == Loss::kNone || maybe) Apply(directory.synced, change);
  }
  directory.seen = directory.synced;
  directory.changes.clear();
}

}  // namespace kvasir
