import java.io.IOException;
import java.net.URI;
import org.apache.activemq.broker.BrokerService;
import org.apache.activemq.broker.TransportConnector;
import org.apache.activemq.broker.region.policy.PolicyEntry;
import org.apache.activemq.broker.region.policy.PolicyMap;

/**
 * An ActiveMQ Classic broker for one test run: OpenWire on a free loopback port, everything in
 * memory. Prints one line, READY host:port, and stays until its standard input ends or it is
 * terminated. Leaves out storage, management, security and every other protocol; persistent
 * messages are still acknowledged one by one, which is all that a producer can see of storage.
 */
public final class Broker {
    public static void main(String[] args) throws Exception {
        BrokerService broker = new BrokerService();
        broker.setPersistent(false);
        broker.setUseJmx(false);
        broker.setUseShutdownHook(false);
        broker.setAdvisorySupport(false);
        broker.setDestinationPolicy(neverHoldBackProducers());
        TransportConnector connector = broker.addConnector(new URI("tcp://127.0.0.1:0"));
        broker.start();
        broker.waitUntilStarted();

        System.out.println("READY 127.0.0.1:" + connector.getConnectUri().getPort());
        awaitEndOfInput();
        System.exit(0); // nothing is stored, so there is nothing to shut down in order
    }

    /** The broker has a flow control of its own, which would be mistaken for the producer's. */
    private static PolicyMap neverHoldBackProducers() {
        PolicyEntry entry = new PolicyEntry();
        entry.setProducerFlowControl(false);
        PolicyMap policy = new PolicyMap();
        policy.setDefaultEntry(entry);
        return policy;
    }

    private static void awaitEndOfInput() throws IOException {
        while (System.in.read() >= 0) {
            // What is written to the broker's standard input means nothing.
        }
    }
}
