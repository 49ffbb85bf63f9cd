import java.io.IOException;
import java.net.URI;
import java.util.List;
import javax.jms.Connection;
import javax.jms.DeliveryMode;
import javax.jms.MessageProducer;
import javax.jms.Session;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.activemq.broker.BrokerFilter;
import org.apache.activemq.broker.BrokerPlugin;
import org.apache.activemq.broker.BrokerService;
import org.apache.activemq.broker.ProducerBrokerExchange;
import org.apache.activemq.broker.TransportConnector;
import org.apache.activemq.broker.region.policy.PolicyEntry;
import org.apache.activemq.broker.region.policy.PolicyMap;
import org.apache.activemq.command.Message;

/**
 * An ActiveMQ Classic broker for one test run: OpenWire on a free loopback port, everything in
 * memory. Prints one line, READY host:port, and stays until its standard input ends or it is
 * terminated. It accepts every message but those to two queues: nobody may write to
 * {@code tck.denied}, and {@code tck.full} has no space left. Leaves out storage, management, users
 * and every other protocol; persistent messages are still acknowledged one by one, which is all that
 * a producer can see of storage.
 */
public final class Broker {
    private static final String DENIED = "tck.denied";
    private static final String FULL = "tck.full";

    public static void main(String[] args) throws Exception {
        BrokerService broker = new BrokerService();
        broker.setPersistent(false);
        broker.setUseJmx(false);
        broker.setUseShutdownHook(false);
        broker.setAdvisorySupport(false);
        broker.setDestinationPolicy(policies());
        broker.getSystemUsage().setSendFailIfNoSpace(true);
        broker.setPlugins(new BrokerPlugin[] {next -> new WritePermission(next)});
        TransportConnector connector = broker.addConnector(new URI("tcp://127.0.0.1:0"));
        broker.start();
        broker.waitUntilStarted();
        fill(broker);

        System.out.println("READY 127.0.0.1:" + connector.getConnectUri().getPort());
        awaitEndOfInput();
        System.exit(0); // nothing is stored, so there is nothing to shut down in order
    }

    /**
     * The broker has a flow control of its own, which would be mistaken for the producer's. It is on
     * for one queue alone, which says that it has no space instead of holding producers back.
     */
    private static PolicyMap policies() {
        PolicyEntry open = new PolicyEntry();
        open.setProducerFlowControl(false);
        PolicyEntry full = new PolicyEntry();
        full.setQueue(FULL);
        full.setProducerFlowControl(true);
        full.setMemoryLimit(1);
        PolicyMap policies = new PolicyMap();
        policies.setDefaultEntry(open);
        policies.setPolicyEntries(List.of(full));
        return policies;
    }

    /** One message, which nobody takes out again. */
    private static void fill(BrokerService broker) throws Exception {
        Connection connection =
            new ActiveMQConnectionFactory(broker.getVmConnectorURI()).createConnection();
        Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
        MessageProducer producer = session.createProducer(session.createQueue(FULL));
        producer.setDeliveryMode(DeliveryMode.PERSISTENT); // so that it has arrived when we return
        producer.send(session.createMessage());
        connection.close();
    }

    private static void awaitEndOfInput() throws IOException {
        while (System.in.read() >= 0) {
            // What is written to the broker's standard input means nothing.
        }
    }

    /** Denies what the broker's own authorization plugin would, at the same place, without users. */
    private static final class WritePermission extends BrokerFilter {
        WritePermission(org.apache.activemq.broker.Broker next) {
            super(next);
        }

        @Override
        public void send(ProducerBrokerExchange exchange, Message message) throws Exception {
            if (message.getDestination().getPhysicalName().equals(DENIED)) {
                throw new SecurityException("nobody is allowed to write to " + DENIED);
            }
            super.send(exchange, message);
        }
    }
}
