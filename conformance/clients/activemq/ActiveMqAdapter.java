import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import javax.jms.DeliveryMode;
import javax.jms.IllegalStateException;
import javax.jms.InvalidDestinationException;
import javax.jms.JMSException;
import javax.jms.JMSSecurityException;
import javax.jms.ResourceAllocationException;
import javax.jms.Session;
import javax.jms.TransactionInProgressException;
import javax.jms.TransactionRolledBackException;
import org.apache.activemq.ActiveMQConnection;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.activemq.ActiveMQConnectionMetaData;
import org.apache.activemq.ActiveMQMessageProducer;
import org.apache.activemq.ActiveMQSession;
import org.apache.activemq.AsyncCallback;
import org.apache.activemq.ConnectionFailedException;
import org.apache.activemq.MaxFrameSizeExceededException;
import org.apache.activemq.TransactionContext;
import org.apache.activemq.command.ActiveMQBytesMessage;
import org.apache.activemq.command.ActiveMQQueue;
import org.apache.activemq.command.Message;
import org.apache.activemq.transport.RequestTimedOutIOException;
import org.apache.activemq.usage.MemoryUsage;

/**
 * The ActiveMQ Classic client as a subject of the conformance kit: it speaks the kit's bridge
 * protocol (JSON Lines on standard input and output) and passes each call on to a real
 * {@code ActiveMQMessageProducer}. It judges nothing and repairs nothing. Whether a broken connection
 * is made anew is up to the client's transport: {@code tcp:} tells of the loss, {@code failover:}
 * hides it.
 *
 * <p>Every call runs on a thread of its own, so that one may block while others go on. The kit
 * keeps several calls open at once on purpose. JMS calls a session single-threaded, so this is
 * stricter use than the client promises to bear; its send path has locks for it all the same.
 *
 * <p>Left out: consumers, topics, XA, message properties.
 */
public final class ActiveMqAdapter {
    private static final List<String> SUPPORTS = List.of(
        "window", "transactions", "completion", "timeout", "interrupt", "async-errors",
        "use-async-send", "always-sync-send", "response-required", "destinations", "usage");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final OutputStream protocol = new FileOutputStream(FileDescriptor.out);
    private Subject subject;

    private final boolean reconnects;

    private ActiveMqAdapter(boolean reconnects) {
        this.reconnects = reconnects;
    }

    /** Argument: {@code tcp}, or {@code failover} for a connection that is made anew. */
    public static void main(String[] arguments) {
        System.setOut(System.err); // standard output carries the protocol and nothing else
        try {
            new ActiveMqAdapter(List.of(arguments).contains("failover")).serve();
            System.exit(0); // whatever is still blocked in the client ends with the process
        } catch (IOException error) {
            System.err.println("ActiveMqAdapter: input is not JSON: " + error.getMessage());
            System.exit(2);
        }
    }

    /** Reads one JSON value after another, so that only JSON decides where a call ends. */
    private void serve() throws IOException {
        MappingIterator<JsonNode> calls = JSON.readerFor(JsonNode.class).readValues(System.in);
        while (calls.hasNextValue()) {
            JsonNode call = calls.nextValue();
            try {
                answer(call);
            } catch (Exception error) {
                emit(failed(reply("throw", call), error));
            }
        }
    }

    /** Runs on the reading thread: it must never enter a call of the client that may block. */
    private void answer(JsonNode call) throws Exception {
        switch (call.path("call").asText()) {
            case "hello" -> emit(hello());
            case "ping" -> emit(event("pong").set("n", call.get("n")));
            case "open" -> open(call.path("settings"), call.path("broker").asText());
            case "send" -> subject.start(call, subject.send(call));
            case "begin" -> subject.start(call, subject.transaction::begin);
            case "commit" -> subject.start(call, subject::commit);
            case "rollback" -> subject.start(call, subject::rollback);
            // The producer's own close: the connection's would ask the broker, for up to 15 s.
            case "close" -> subject.start(call, subject.producer::close);
            case "interrupt" -> subject.interrupt(call.get("target").asLong());
            case "usage" -> emit(event("usage").put("bytes", subject.usage()));
            default -> System.err.println("ActiveMqAdapter: unknown call " + call);
        }
    }

    private ObjectNode hello() {
        ObjectNode hello = event("hello");
        String version = "ActiveMQ Classic " + ActiveMQConnectionMetaData.PROVIDER_VERSION;
        hello.put("name", version + (reconnects ? " with failover:" : ""));
        ArrayNode supports = JSON.valueToTree(SUPPORTS);
        if (reconnects) {
            hello.put("resends", "at-least-once");
        } else {
            supports.add("connection-loss");
        }
        hello.set("supports", supports);
        // The client counts this much for each message, and its properties and body on top.
        return hello.put("chargedOverhead", Message.DEFAULT_MINIMUM_MESSAGE_SIZE);
    }

    private void open(JsonNode settings, String broker) {
        if (subject != null) {
            inBackground("retire", subject.retire());
        }
        Subject fresh = new Subject();
        subject = fresh;
        inBackground("open", () -> {
            try {
                fresh.connect(settings, broker);
                fresh.tell(event("opened"));
            } catch (Exception error) {
                fresh.tell(failed(event("open-failed"), error));
            }
        });
    }

    /** A call that enters the client, and may block there. */
    private interface ClientCall {
        void enter() throws Exception;
    }

    /** What one {@code open} made: a connection, and one session with one producer on it. */
    private final class Subject {
        private final Map<Long, Thread> threads = new HashMap<>(); // for the reading thread alone
        private volatile boolean retired;
        private volatile ActiveMQConnection connection;
        private volatile ActiveMQSession session;
        private volatile TransactionContext transaction;
        private volatile ActiveMQMessageProducer producer;

        /** Returns once the broker has answered the producer's registration. */
        void connect(JsonNode settings, String broker) throws Exception {
            ActiveMQConnectionFactory factory = new ActiveMQConnectionFactory(address(broker));
            factory.setProducerWindowSize(exactInt(settings.path("windowSize")));
            factory.setUseAsyncSend(settings.path("useAsyncSend").asBoolean());
            factory.setAlwaysSyncSend(settings.path("alwaysSyncSend").asBoolean());
            factory.setSendTimeout(exactInt(settings.path("sendTimeoutMs")));
            factory.setWatchTopicAdvisories(false); // they serve temporary destinations only
            factory.setExceptionListener(error -> tell(failed(event("async-error"), error)));

            connection = (ActiveMQConnection) factory.createConnection();
            connection.start();
            session = (ActiveMQSession) connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
            transaction = session.getTransactionContext();
            producer = (ActiveMQMessageProducer)
                session.createProducer(queue(settings.path("destination")));
        }

        /** Silences this subject at once; the work it gives back tears the connection down. */
        Runnable retire() {
            retired = true;
            return () -> {
                try {
                    connection.getTransport().stop(); // or closing would wait for the broker
                    connection.close();
                } catch (Exception neverConnectedOrAlreadyGone) {
                    // Nobody uses it any more.
                }
            };
        }

        /**
         * Runs a call on its own thread. Waits until it is about to enter the client, so that
         * calls enter in the order of their {@code entered} events as nearly as threads allow.
         */
        void start(JsonNode call, ClientCall body) throws InterruptedException {
            Long op = call.get("op").asLong();
            CountDownLatch entered = new CountDownLatch(1);
            threads.put(op, inBackground("op " + op, () -> {
                tell(reply("entered", call));
                entered.countDown();
                ObjectNode end;
                try {
                    body.enter();
                    end = reply("return", call);
                } catch (Throwable error) {
                    end = failed(reply("throw", call), error);
                }
                tell(end);
            }));
            entered.await();
        }

        ClientCall send(JsonNode call) throws JMSException {
            JsonNode message = call.get("message");
            // Not made by the session, which declines once it is closed: the send shall decide.
            ActiveMQBytesMessage packet = new ActiveMQBytesMessage();
            packet.setJMSCorrelationID(message.get("id").asText());
            packet.writeBytes(new byte[exactInt(message.path("size"))]);
            packet.setResponseRequired(message.path("responseRequired").asBoolean());

            int mode = message.path("deliveryMode").asText().equals("persistent")
                ? DeliveryMode.PERSISTENT : DeliveryMode.NON_PERSISTENT;
            int priority = message.path("priority").asInt(javax.jms.Message.DEFAULT_PRIORITY);
            long timeToLive = message.path("timeToLiveMs").asLong();
            AsyncCallback callback = call.path("completion").asBoolean() ? completion(call) : null;
            if (message.has("destination")) {
                ActiveMQQueue to = queue(message.get("destination"));
                return () -> producer.send(to, packet, mode, priority, timeToLive, callback);
            }
            return () -> producer.send(packet, mode, priority, timeToLive, callback);
        }

        private AsyncCallback completion(JsonNode call) {
            return new AsyncCallback() {
                @Override
                public void onSuccess() {
                    tell(reply("complete", call).putNull("error"));
                }

                @Override
                public void onException(JMSException error) {
                    tell(failed(reply("complete", call), error));
                }
            };
        }

        /*
         * JMS fixes at its creation whether a session is transacted, and a producer belongs to
         * one session. To see one producer, and one window, inside and outside transactions,
         * the adapter begins and ends them on the session's own transaction context. That is
         * what a transacted session does, and where every send looks for its transaction.
         * Outside a transaction it asks the session, as an application would have to.
         */
        void commit() throws JMSException {
            if (transaction.isInLocalTransaction()) {
                transaction.commit();
            } else {
                session.commit();
            }
        }

        void rollback() throws JMSException {
            if (transaction.isInLocalTransaction()) {
                transaction.rollback();
            } else {
                session.rollback();
            }
        }

        void interrupt(long op) {
            Thread thread = threads.get(op);
            if (thread != null) { // one that has ended takes no notice
                thread.interrupt();
            }
        }

        /** The client keeps its window private, and has one only if a size was set. */
        long usage() throws ReflectiveOperationException {
            Field field = ActiveMQMessageProducer.class.getDeclaredField("producerWindow");
            field.setAccessible(true);
            MemoryUsage window = (MemoryUsage) field.get(producer);
            return window == null ? 0 : window.getUsage();
        }

        private void tell(ObjectNode line) {
            if (!retired) {
                emit(line);
            }
        }
    }

    /** What the error means; if nothing, what its cause does. */
    private static String kindOf(Throwable e) {
        String message = String.valueOf(e.getMessage());
        if (e instanceof RequestTimedOutIOException) return "timeout";
        if (e instanceof InterruptedIOException) return "interrupted";
        // Words for want of a class; a send waiting at a window that is closed gets the same.
        if (message.contains("thread interrupt")) return "interrupted";
        if (e instanceof IllegalStateException && message.contains("closed")) return "closed";
        if (e instanceof IllegalStateException) return "illegal-state";
        if (e instanceof TransactionInProgressException) return "illegal-state";
        if (e instanceof InvalidDestinationException) return "invalid-destination";
        if (e instanceof UnsupportedOperationException) return "invalid-destination";
        if (message.startsWith("Invalid destination name")) return "invalid-destination";
        if (e instanceof ResourceAllocationException) return "refused";
        if (e instanceof JMSSecurityException) return "refused";
        if (e instanceof TransactionRolledBackException) return "refused";
        if (isFromBroker(e)) return "refused";
        if (e instanceof MaxFrameSizeExceededException) return "too-large";
        if (e instanceof ConnectionFailedException) return "connection-lost";
        if (e instanceof IOException) return "connection-lost";
        return e.getCause() == null ? "other" : kindOf(e.getCause());
    }

    /** An error that crossed the wire brings the broker's own stack along. */
    private static boolean isFromBroker(Throwable error) {
        return Stream.of(error.getStackTrace())
            .anyMatch(frame -> frame.getClassName().startsWith("org.apache.activemq.broker."));
    }

    /** The client's heartbeat would end the connection while answers are withheld. */
    private String address(String broker) {
        String plain = "tcp://" + broker + "?wireFormat.maxInactivityDuration=0";
        // Impatient, so that a case need not wait long for it.
        String delays = "?initialReconnectDelay=10&maxReconnectDelay=50";
        return reconnects ? "failover:(" + plain + ")" + delays : plain;
    }

    private static ActiveMQQueue queue(JsonNode name) {
        return name.isTextual() ? new ActiveMQQueue(name.asText()) : null;
    }

    /** The client's sizes are ints: a figure beyond them is refused, not truncated. */
    private static int exactInt(JsonNode figure) {
        return Math.toIntExact(figure.asLong());
    }

    private static Thread inBackground(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static ObjectNode event(String name) {
        return JSON.createObjectNode().put("event", name);
    }

    private static ObjectNode reply(String name, JsonNode call) {
        return event(name).set("op", call.get("op"));
    }

    private static ObjectNode failed(ObjectNode line, Throwable error) {
        String message = error.getMessage() == null ? error.toString() : error.getMessage();
        line.putObject("error").put("kind", kindOf(error)).put("message", message);
        return line;
    }

    private synchronized void emit(ObjectNode line) {
        try {
            protocol.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException kitIsGone) {
            System.exit(1);
        }
    }
}
