package io.weft.tck;

import static io.weft.Network.TCP;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.AddressException;
import io.weft.HostPort;

/** Goal: {@code host:port} is taken apart and put together as Go does, with Go's complaints. */
@Tck
class AddressTck {
  @TckTest(networks = TCP)
  @Case("G01")
  void aGoodAddressHasItsHostAndItsPort(TestingNet net) throws Exception {
    String[][] rows = {
      // address, host, port
      {"localhost:http", "localhost", "http"},
      {"localhost:80", "localhost", "80"},
      {"localhost%lo:80", "localhost%lo", "80"},
      {"[localhost%lo]:http", "localhost%lo", "http"},
      {"127.0.0.1:http", "127.0.0.1", "http"},
      {"127.0.0.1:80", "127.0.0.1", "80"},
      {"[::1]:http", "::1", "http"},
      {"[::1]:80", "::1", "80"},
      {"[::1%lo]:80", "::1%lo", "80"},
      {":http", "", "http"},
      {":80", "", "80"},
      {"weft.example:", "weft.example", ""},
      {"127.0.0.1:", "127.0.0.1", ""},
      {"[::1]:", "::1", ""},
      {"weft.example:name%x", "weft.example", "name%x"},
      {":", "", ""},
      {"[]:80", "", "80"}
    };
    net.start(
            () -> {
              for (String[] row : rows) {
                assertThat(HostPort.split(row[0]))
                    .as(row[0])
                    .isEqualTo(new HostPort(row[1], row[2]));
              }
            })
        .join();
  }

  @TckTest(networks = TCP)
  @Case("G02")
  void aBadAddressIsRefusedWithItsText(TestingNet net) throws Exception {
    String missingPort = "missing port in address";
    String tooManyColons = "too many colons in address";
    String[][] rows = {
      {"weft.example", missingPort},
      {"127.0.0.1", missingPort},
      {"[::1]", missingPort},
      {"[fe80::1%lo]", missingPort},
      {"[localhost%lo]", missingPort},
      {"localhost%lo", missingPort},
      {"::1", tooManyColons},
      {"fe80::1%lo", tooManyColons},
      {"fe80::1%lo:80", tooManyColons},
      {"one:two:80", tooManyColons},
      {"[one:two]", missingPort},
      {"[one:two]three", missingPort},
      {"[one]two:three", missingPort},
      {"[one]:[two]:three", tooManyColons},
      {"[one]:[two]three", "unexpected '[' in address"},
      {"one[two]:three", "unexpected '[' in address"},
      {"one]two:three", "unexpected ']' in address"},
      {"[one:80", "missing ']' in address"}
    };
    for (String[] row : rows) {
      Throwable thrown = net.start(() -> HostPort.split(row[0])).failure();
      assertThat(thrown)
          .isInstanceOf(AddressException.class)
          .hasMessage("address " + row[0] + ": " + row[1]);
    }
  }

  @TckTest(networks = TCP)
  @Case("G03")
  void bracketsStandAroundAHostWithAColonOnly(TestingNet net) throws Exception {
    String[][] rows = {
      // host, port, address
      {"localhost", "http", "localhost:http"},
      {"localhost", "80", "localhost:80"},
      {"localhost%lo", "80", "localhost%lo:80"},
      {"127.0.0.1", "80", "127.0.0.1:80"},
      {"::1", "80", "[::1]:80"},
      {"::1%lo", "http", "[::1%lo]:http"},
      {"", "80", ":80"},
      {"weft.example", "", "weft.example:"},
      {"::1", "", "[::1]:"},
      {"", "", ":"}
    };
    net.start(
            () -> {
              for (String[] row : rows) {
                assertThat(new HostPort(row[0], row[1]).join()).isEqualTo(row[2]);
                assertThat(HostPort.split(row[2])).isEqualTo(new HostPort(row[0], row[1]));
              }
            })
        .join();
  }
}
