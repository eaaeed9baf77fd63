// The lines of an HTTP request were answered one by one, and its body was run: a web page could
// send commands through a browser.
#include <gtest/gtest.h>

#include "tests/support/client.h"
#include "tests/support/raw_socket.h"
#include "tests/support/server_process.h"

namespace kvasir {
namespace {

TEST(HttpRequestTest, ClosesTheConnectionBeforeItsBody) {
  ServerProcess server;
  server.Start();
  for (const char* head : {"POST / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: localhost\r\n"}) {
    RawSocket client(server.port());
    ASSERT_TRUE(client.Send(std::string(head) + "\r\nSET k v\r\n"));
    client.ReadToEnd();
  }
  EXPECT_EQ(Client(server).Run({"EXISTS", "k"}), "(integer) 0");
}

}  // namespace
}  // namespace kvasir
