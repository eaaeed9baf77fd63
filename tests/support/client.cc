#include "tests/support/client.h"

namespace kvasir {
namespace {

std::string Describe(const redisReply& reply) {
  const std::string text(reply.str == nullptr ? "" : reply.str,
                         reply.str == nullptr ? 0 : reply.len);
  switch (reply.type) {
    case REDIS_REPLY_ERROR:
      return "-" + text;
    case REDIS_REPLY_INTEGER:
      return "(integer) " + std::to_string(reply.integer);
    case REDIS_REPLY_NIL:
      return "(nil)";
    case REDIS_REPLY_ARRAY: {
      std::string elements;
      for (size_t i = 0; i < reply.elements; ++i) {
        elements += (i == 0 ? "" : ", ") + Describe(*reply.element[i]);
      }
      return "[" + elements + "]";
    }
    default:
      return text;
  }
}

}  // namespace

Client::Client(int port) {
  const timeval patience = {kPatienceMs / 1000, 0};
  context_.reset(redisConnectWithTimeout("127.0.0.1", port, patience));
  if (connected()) redisSetTimeout(context_.get(), patience);
}

void Client::Queue(const std::vector<std::string_view>& arguments) {
  std::vector<const char*> pointers;
  std::vector<size_t> sizes;
  for (const std::string_view argument : arguments) {
    pointers.push_back(argument.data());
    sizes.push_back(argument.size());
  }
  redisAppendCommandArgv(context_.get(), static_cast<int>(arguments.size()), pointers.data(),
                         sizes.data());
}

std::string Client::Next() {
  void* reply = nullptr;
  if (!connected() || redisGetReply(context_.get(), &reply) != REDIS_OK) return "(closed)";
  std::string text = Describe(*static_cast<redisReply*>(reply));
  freeReplyObject(reply);
  return text;
}

std::string Client::Run(const std::vector<std::string_view>& arguments) {
  if (!connected()) return "(closed)";
  Queue(arguments);
  return Next();
}

std::string InfoField(const std::string& info, const std::string& field) {
  const size_t at = info.find(field + ":");
  if (at == std::string::npos) return "";
  const size_t begin = at + field.size() + 1;
  return info.substr(begin, info.find_first_of("\r\n", begin) - begin);
}

}  // namespace kvasir
