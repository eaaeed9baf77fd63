// DEBUG PROTOCOL: one reply of each type, for the tests of client libraries; the values are those
// that such tests know from Redis.
#include "src/base/text.h"
#include "src/commands/debug_handlers.h"

namespace kvasir {
namespace {

void WriteNumbers(ReplyWriter& reply) {
  for (int64_t i = 0; i < 3; ++i) reply.Integer(i);
}

void WriteMap(ReplyWriter& reply) {
  reply.Map(3);
  for (int64_t i = 0; i < 3; ++i) {
    reply.Integer(i);
    reply.Boolean(i == 1);
  }
}

void WriteAttribute(ReplyWriter& reply) {
  if (reply.resp3()) {
    reply.Attribute(1);
    reply.Bulk("key-popularity");
    reply.Array(2);
    reply.Bulk("key:123");
    reply.Integer(90);
  }
  reply.Bulk("Some real reply following the attribute");
}

void WritePush(ReplyWriter& reply) {
  reply.Push(2);
  reply.Bulk("server-cpu-usage");
  reply.Integer(42);
  // A push is nobody's answer, so the request needs one besides.
  reply.Bulk("Some real reply following the push reply");
}

struct Sample {
  std::string_view type;
  void (*write)(ReplyWriter&);
};
constexpr Sample kSamples[] = {
    {"string", [](ReplyWriter& reply) { reply.Bulk("Hello World"); }},
    {"integer", [](ReplyWriter& reply) { reply.Integer(12345); }},
    {"double", [](ReplyWriter& reply) { reply.Double(3.141); }},
    {"bignum",
     [](ReplyWriter& reply) { reply.BigNumber("1234567999999999999999999999999999999"); }},
    {"null", [](ReplyWriter& reply) { reply.Null(); }},
    {"array",
     [](ReplyWriter& reply) {
       reply.Array(3);
       WriteNumbers(reply);
     }},
    {"set",
     [](ReplyWriter& reply) {
       reply.Set(3);
       WriteNumbers(reply);
     }},
    {"map", WriteMap},
    {"attrib", WriteAttribute},
    {"push", WritePush},
    {"verbatim", [](ReplyWriter& reply) { reply.Verbatim("txt", "This is a verbatim\nstring"); }},
    {"true", [](ReplyWriter& reply) { reply.Boolean(true); }},
    {"false", [](ReplyWriter& reply) { reply.Boolean(false); }},
};

}  // namespace

void DebugProtocol(Call& call) {
  for (const Sample& sample : kSamples) {
    if (!EqualsIgnoreCase(sample.type, call[2])) continue;
    if (sample.type == "push" && !call.reply.resp3()) {
      call.Error("ERR RESP2 is not supported by this command");
    } else {
      sample.write(call.reply);
    }
    return;
  }
  call.Error(
      "ERR Wrong protocol type name. Please use one of the following: "
      "string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|false");
}

void DebugError(Call& call) { call.Error(call[2]); }

}  // namespace kvasir
