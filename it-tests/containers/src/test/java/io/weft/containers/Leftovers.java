package io.weft.containers;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Container;
import java.util.List;
import org.testcontainers.DockerClientFactory;

/** Containers that a run left behind which was killed: each bears the number of its process. */
final class Leftovers {
  /** The label, whose value is the number of the process that started a container. */
  static final String LABEL = "io.weft.containers.pid";

  private Leftovers() {}

  static void sweep() {
    DockerClient client = DockerClientFactory.lazyClient();
    List<Container> ours =
        client.listContainersCmd().withShowAll(true).withLabelFilter(List.of(LABEL)).exec();
    for (Container container : ours) {
      long pid = Long.parseLong(container.getLabels().get(LABEL));
      if (ProcessHandle.of(pid).isEmpty()) {
        client.removeContainerCmd(container.getId()).withForce(true).withRemoveVolumes(true).exec();
      }
    }
  }
}
