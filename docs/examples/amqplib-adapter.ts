// The adapter of amqplib, a client of RabbitMQ: each producer is a connection with one channel in confirm mode.
import amqplib, { type Options } from 'amqplib';
import { overNetwork } from 'producer-tck/net';

export default overNetwork({
  name: 'amqplib',
  speaks: 'amqp-0-9-1',
  supports: ['completion', 'connection-loss'],
  async open({ settings, host, port }) {
    const connection = await amqplib.connect(`amqp://${host}:${port}`);
    const channel = await connection.createConfirmChannel();
    let isOpen = true;
    connection.on('error', () => {}); // What it costs is told to each caller.
    connection.on('close', () => (isOpen = false));
    const queue = settings.destination ?? '';

    return {
      async send({ id, size, deliveryMode, priority, timeToLiveMs }, { onComplete }) {
        const options: Options.Publish = {
          correlationId: id, // The kit knows the message again by it.
          persistent: deliveryMode === 'persistent',
          priority,
          ...(timeToLiveMs > 0 && { expiration: timeToLiveMs }),
        };
        const publish = (confirmed?: (error: unknown) => void) =>
          channel.sendToQueue(queue, Buffer.alloc(size), options, confirmed);
        if (onComplete) publish((error) => onComplete(error ?? undefined));
        else if (deliveryMode === 'non-persistent') publish();
        else {
          await new Promise<void>((resolve, reject) => {
            publish((error) => (error ? reject(error) : resolve()));
          });
        }
      },
      async close() {
        if (!isOpen) return;
        await channel.close();
        await connection.close();
      },
    };
  },
});
