#include "src/server/durable_log.h"

namespace kvasir {

const std::string* DurableLog::Refusal() const {
  if (log_.accepts_writes()) return nullptr;
  refusal_ = "MISCONF Errors writing to the AOF file: " + log_.Health().error;
  return &refusal_;
}

}  // namespace kvasir
